// A value against its schema: what zod finds, in the words of diagnostics.
import type { z } from "zod";
import type { Finding } from "./diagnostics.ts";
import { listOf, nearest } from "./suggest.ts";

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** A path as people write it. @example ["jobs", "rag-api", 0] gives 'jobs."rag-api"[0]' */
export function writePath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === "number") return `${text}[${part}]`;
    const name = /^[\w$-]+$/.test(String(part)) ? String(part) : JSON.stringify(part);
    return text === "" ? name : `${text}.${name}`;
  }, "");
}

function write(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "number" || value === undefined) return String(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    // Circular objects, big integers.
    return `a ${typeof value}`;
  }
}

/** A value in a sentence. */
export function show(value: unknown): string {
  const text = write(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((at, part) => (at as Record<PropertyKey, unknown> | undefined)?.[part], value);
}

/** The names of the fields that the object at a path may have. */
function fieldsAt(schema: z.core.$ZodType, value: unknown, path: Path): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  const [head, ...rest] = path;
  switch (def.type) {
    case "optional":
      return fieldsAt(def.innerType, value, path);
    case "union": {
      const kind = (value as { kind?: unknown }).kind;
      const option = def.options.find((one) => one._zod.propValues?.kind?.has(kind as string));
      return option ? fieldsAt(option, value, path) : [];
    }
    case "object": {
      if (head === undefined) return Object.keys(def.shape);
      const field = def.shape[String(head)];
      return field ? fieldsAt(field, valueAt(value, [head]), rest) : [];
    }
    case "record":
      return head === undefined ? [] : fieldsAt(def.valueType, valueAt(value, [head]), rest);
    case "array":
      return head === undefined ? [] : fieldsAt(def.element, valueAt(value, [head]), rest);
    default:
      return [];
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  object: "an object",
  record: "an object",
  array: "a list",
};

function kindOf(expected: string): string {
  return kinds[expected] ?? `a ${expected}`;
}

function optionsOf(issue: Issue): readonly unknown[] {
  if (issue.code === "invalid_value") return issue.values;
  return issue.code === "invalid_union" && "options" in issue ? (issue.options ?? []) : [];
}

function choices(found: unknown, values: readonly unknown[]): string {
  const written = values.map(show);
  const near = typeof found === "string" ? nearest(show(found), written) : undefined;
  return `${near === undefined ? "" : `Did you mean ${near}? `}Use ${written.join(" or ")}.`;
}

/** What is wrong with a value, and what would be right. */
function describe(issue: Issue, found: unknown): Pick<Finding, "problem" | "instead"> {
  switch (issue.code) {
    case "invalid_type": {
      const kind = kindOf(issue.expected);
      return { problem: `${show(found)} is not ${kind}`, instead: `Write ${kind}.` };
    }
    case "invalid_value":
    case "invalid_union":
      return { problem: `${show(found)} is not allowed here`, instead: choices(found, optionsOf(issue)) };
    case "too_small": {
      if (issue.origin === "array") return { problem: "the list is empty", instead: "Name at least one." };
      return { problem: `${show(found)} is too small`, instead: `Use a number above ${issue.minimum}.` };
    }
    default: {
      const [form, example] = issue.message.split(" such as ");
      return {
        problem: `${show(found)} ${form}`,
        instead: example === undefined ? "Write one." : `Write, for example, ${example}.`,
      };
    }
  }
}

function missingField(name: string, issue: Issue): Omit<Finding, "field"> {
  const [, example = ""] = issue.code === "custom" ? issue.message.split(" such as ") : [];
  const wanted =
    example || (issue.code === "invalid_type" ? kindOf(issue.expected) : optionsOf(issue).map(show).join(" or "));
  return {
    id: "missing-field",
    problem: `the field \`${name}\` is missing`,
    instead: wanted === "" ? "Add it." : `Add it: ${wanted}.`,
  };
}

function unknownField(name: string, fields: readonly string[]): Omit<Finding, "field"> {
  const near = nearest(name, fields);
  const known = fields.length > 0 ? `The fields are: ${listOf(fields)}.` : "Leave it out.";
  return {
    id: "unknown-field",
    problem: `unknown field \`${name}\``,
    instead: near === undefined ? known : `Did you mean \`${near}\`?`,
  };
}

/**
 * Everything about a value that its schema refuses. A field with a schema of `never` counts as unknown.
 * `written` are the fields that people write, where the language fills in others: nobody is told to write those.
 */
export function checkShape(schema: z.ZodType, value: unknown, written?: readonly string[]): readonly Finding[] {
  const issues = schema.safeParse(value).error?.issues ?? [];
  const fieldsOf = (path: Path) => (path.length === 0 && written ? written : fieldsAt(schema, value, path));
  const at = (path: Path, finding: Omit<Finding, "field">): Finding =>
    path.length === 0 ? finding : { ...finding, field: writePath(path) };
  const misspelt = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => writePath([...issue.path, nearest(key, fieldsOf(issue.path)) ?? key]))
      : [],
  );
  return issues.flatMap((issue): readonly Finding[] => {
    const { path } = issue;
    const parent = path.slice(0, -1);
    const name = String(path.at(-1));
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => at(path, unknownField(key, fieldsOf(path))));
    if (issue.code === "invalid_type" && issue.expected === "never") return [at(parent, unknownField(name, []))];
    const found = valueAt(value, path);
    if (found !== undefined || path.length === 0) return [at(path, { id: "invalid-field", ...describe(issue, found) })];
    // A misspelt field is one mistake, not also a missing one.
    return misspelt.includes(writePath(path)) ? [] : [at(parent, missingField(name, issue))];
  });
}
