// The example app as a process of its own, as a pod would be: it can go down without taking the drill along.
import { once } from "node:events";
import { startExample } from "../examples/rag-service/start.ts";
import type { Order } from "./app.ts";
import { openDoor } from "./door.ts";

process.once("disconnect", () => process.exit());
// All that is said to it comes after its code is loaded.
process.send?.("loaded");
const [{ port = 0, ...options }] = await once(process, "message");
const example = await startExample(options);
const door = await openDoor(Number(new URL(example.metricsUrl).port), port);
process.on("message", ({ faults, shutForSeconds }: Order) => {
  if (faults) {
    example.faults.clear();
    example.faults.set(faults);
  }
  if (shutForSeconds) door.shutFor(shutForSeconds);
});
process.send?.(door.address);
