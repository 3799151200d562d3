// The example app as a process of its own, as a pod would be: it can go down without taking the drill along.
import { type ExampleOptions, startExample } from "../examples/rag-service/start.ts";

const example = await startExample(JSON.parse(process.argv[2] ?? "{}") as ExampleOptions);
process.on("message", (shares: object) => {
  example.faults.clear();
  example.faults.set(shares);
});
process.once("disconnect", () => process.exit());
process.send?.(new URL(example.metricsUrl).host);
