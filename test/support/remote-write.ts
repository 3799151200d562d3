// Samples into the memory of a running Prometheus, by its remote write protocol (https://prometheus.io/docs/specs/prw/remote_write_spec/):
// just enough protobuf, and snappy that doesn't compress.

/** A stretch of one series, oldest sample first. Where a value is null, the series ends, as when a target or a rule stops giving it. */
export interface Samples {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Seconds since 1970-01-01 UTC. */
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number | null>;
}

const bytesPerRequest = 8_000_000;
const literalBytes = 60_000;
/** What Prometheus takes for the end of a series, unlike any other NaN. */
const staleMarker = 0x7ff0000000000002n;

/** Writes a number into a buffer, seven bits a byte; gives where it ends. */
function putVarint(buffer: Buffer, value: number, at: number): number {
  let [rest, end] = [value, at];
  for (; rest > 127; rest = Math.floor(rest / 128)) buffer[end++] = (rest % 128) | 128;
  buffer[end++] = rest;
  return end;
}

function varint(value: number): Buffer {
  const buffer = Buffer.alloc(10);
  return buffer.subarray(0, putVarint(buffer, value, 0));
}

/** A field of bytes: strings and messages. */
function field(number: number, content: Buffer): Buffer {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content]);
}

/** Writes one Sample message, with its own length. */
function putSample(buffer: Buffer, value: number | null, milliseconds: number, at: number): number {
  const start = at + 2;
  buffer[start] = (1 << 3) | 1;
  if (value === null) buffer.writeBigUInt64LE(staleMarker, start + 1);
  else buffer.writeDoubleLE(value, start + 1);
  buffer[start + 9] = 2 << 3;
  const end = putVarint(buffer, milliseconds, start + 10);
  buffer[at] = (2 << 3) | 2;
  buffer[at + 1] = end - start;
  return end;
}

/** A TimeSeries: labels sorted by name, samples by time. */
function timeSeries({ metric, labels, times, values }: Samples): Buffer {
  const sorted = Object.entries({ ...labels, __name__: metric }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = sorted.map(([name, value]) =>
    field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, Buffer.from(value))])),
  );
  const samples = Buffer.alloc(times.length * 24);
  let end = 0;
  for (let index = 0; index < times.length; index++) {
    end = putSample(samples, values[index] ?? null, Math.round((times[index] ?? 0) * 1000), end);
  }
  return Buffer.concat([...names, samples.subarray(0, end)]);
}

/** Snappy's block format, all literals. */
function snappy(content: Buffer): Buffer<ArrayBuffer> {
  const parts = [varint(content.length)];
  for (let at = 0; at < content.length; at += literalBytes) {
    const literal = content.subarray(at, at + literalBytes);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(literal.length - 1, 1);
    parts.push(head, literal);
  }
  return Buffer.concat(parts);
}

async function send(url: string, series: readonly Buffer[]): Promise<void> {
  const body = snappy(Buffer.concat(series));
  const headers = { "content-encoding": "snappy", "content-type": "application/x-protobuf" };
  const response = await fetch(`${url}/api/v1/write`, { method: "POST", body, headers });
  if (!response.ok) throw new Error(`Prometheus refuses samples: ${response.status} ${await response.text()}`);
}

/** Sends all samples, a few megabytes at a time. Prometheus must run with --web.enable-remote-write-receiver. */
export async function sendSamples(url: string, series: Iterable<Samples>): Promise<void> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  const flush = async () => {
    if (waiting.length > 0) await send(url, waiting);
    [waiting, bytes] = [[], 0];
  };
  for (const one of series) {
    const message = field(1, timeSeries(one));
    waiting.push(message);
    bytes += message.length;
    if (bytes >= bytesPerRequest) await flush();
  }
  await flush();
}
