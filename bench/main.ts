import { measure, type Scope } from "./synth/measure.ts";
console.log(await measure(Number(process.argv[2]), process.argv[3] as Scope));
