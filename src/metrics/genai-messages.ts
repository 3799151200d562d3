// Prompts and answers, in the shapes of the SDKs, to the messages of OpenTelemetry's conventions: a role and parts.

interface Message {
  readonly role: string;
  readonly parts: readonly object[];
}

type Loose = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Loose => typeof value === "object" && value !== null;
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** A kind of part that the conventions don't name is carried as it is, under its own type. */
function partOf(part: unknown): object {
  if (!isObject(part)) return { type: "text", content: String(part) };
  const type = typeof part.type === "string" ? part.type : "unknown";
  if (typeof part.text === "string") return { type: type === "reasoning" ? type : "text", content: part.text };
  return { ...part, type };
}

function toolCallOf(call: unknown): object {
  const { id, function: called } = isObject(call) ? call : {};
  const { name, arguments: given } = isObject(called) ? called : {};
  return { type: "tool_call", id, name, arguments: given };
}

function messageOf(item: unknown, role: string): Message {
  const message = isObject(item) && isObject(item.message) ? item.message : item;
  if (!isObject(message) || !("role" in message || "content" in message)) return { role, parts: [partOf(message)] };
  return {
    role: typeof message.role === "string" ? message.role : role,
    parts: [...listOf(message.content).map(partOf), ...listOf(message.tool_calls).map(toolCallOf)],
  };
}

/** JSON writes each byte of an image as a number of its own, so bytes are only counted. */
function countBytes(this: unknown, key: string, value: unknown): unknown {
  const original = (this as Loose)[key];
  return ArrayBuffer.isView(original) ? `${original.byteLength} bytes` : value;
}

/** Messages as JSON, of a text, a message, a list of them, or an answer that holds such a list as `choices` or `output`. */
export function messagesJson(value: unknown, role: "user" | "assistant"): string {
  const inside = isObject(value) ? (value.choices ?? value.output ?? value) : value;
  const messages: readonly Message[] = listOf(inside).map((item) => messageOf(item, role));
  return JSON.stringify(messages, countBytes);
}
