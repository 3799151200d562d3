// Samples into the memory of a running Prometheus, by its remote write protocol (https://prometheus.io/docs/specs/prw/remote_write_spec/):
// just enough protobuf, and snappy that doesn't compress.
import { minutes, type Series, timeAt } from "./data.ts";

/** One request may hold this many minutes: the server takes no sample that is an hour older than its newest. */
const minutesPerRequest = 30;
const literalBytes = 60_000;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.from([...bytes, Number(rest)]);
}

/** A field of bytes: strings and messages. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
}

function sample(value: number, milliseconds: number): Buffer {
  const double = Buffer.alloc(9, (1 << 3) | 1);
  double.writeDoubleLE(value, 1);
  return Buffer.concat([double, varint(2 << 3), varint(milliseconds)]);
}

/** A TimeSeries: labels sorted by name, samples by time. */
function timeSeries({ metric, labels, from, valueAt }: Series, first: number, end: number): Buffer {
  const sorted = Object.entries({ ...labels, __name__: metric }).sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = sorted.map(([name, value]) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
  );
  for (let minute = Math.max(first, from); minute < end; minute++) {
    parts.push(field(2, sample(valueAt(minute), timeAt(minute) * 1000)));
  }
  return Buffer.concat(parts);
}

/** Snappy's block format, all literals. */
function snappy(content: Buffer): Buffer {
  const parts = [varint(content.length)];
  for (let at = 0; at < content.length; at += literalBytes) {
    const literal = content.subarray(at, at + literalBytes);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(literal.length - 1, 1);
    parts.push(head, literal);
  }
  return Buffer.concat(parts);
}

/** Sends the samples from a minute on. */
export async function sendSamples(url: string, series: readonly Series[], from: number): Promise<void> {
  for (let first = from; first < minutes; first += minutesPerRequest) {
    const end = Math.min(minutes, first + minutesPerRequest);
    const there = series.filter((one) => one.from < end);
    const body = snappy(Buffer.concat(there.map((one) => field(1, timeSeries(one, first, end)))));
    const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
    const response = await fetch(`${url}/api/v1/write`, { method: "POST", body, headers });
    if (!response.ok) throw new Error(`Prometheus refuses samples: ${response.status} ${await response.text()}`);
  }
}
