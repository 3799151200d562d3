// `npm start -w rag-service-example`: runs the example until Ctrl-C.
import { Command, InvalidArgumentError } from "commander";
import { faultKinds } from "./faults.ts";
import { startExample, usualTraffic } from "./start.ts";

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) throw new InvalidArgumentError("It must be a number, 0 or more.");
  return value;
}

function aboveZero(text: string): number {
  if (number(text) === 0) throw new InvalidArgumentError("It must be above 0.");
  return number(text);
}

const { traffic, ...options } = new Command("rag-service-example")
  .option("--port <port>", "port of the service, 0 for a free one", number, 3000)
  .option("--faults-port <port>", "port of the fault switches, 0 for a free one", number, 3001)
  .option("--seed <number>", "another seed draws other latencies, tokens and users", number, 1)
  .option("--speed <factor>", "how many times faster than life it runs", aboveZero, 1)
  .option("--evaluate-every-seconds <seconds>", "how often answers are judged", aboveZero, 900)
  .option("--traffic <factor>", "how many times the usual number of users", number, 1)
  .parse()
  .opts();

const rates = Object.entries(usualTraffic).map(([feature, perMinute]) => [feature, perMinute * traffic]);
const example = await startExample({ ...options, requestsPerMinute: Object.fromEntries(rates) });

console.log(`The service runs on ${example.url} and users are at work. Try:

  curl ${example.metricsUrl}
  curl ${example.url}/ask -d '{"question": "When do shared links expire?"}'
  curl ${example.url}/classify -d '{"text": "I was charged twice."}'
  curl ${example.faultsUrl} -d '{"slow": 0.5}'
  curl -X DELETE ${example.faultsUrl}

Faults, each set to the share, 0 to 1, of what it hits:
${Object.entries(faultKinds)
  .map(([fault, effect]) => `  ${fault.padEnd(18)}${effect}`)
  .join("\n")}
`);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void example.stop());
