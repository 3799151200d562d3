// Matchers of alerts' labels as data, which a configuration writes as text and an AlertmanagerConfig as objects.

export interface Matcher {
  readonly name: string;
  readonly matchType: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

const of =
  (matchType: Matcher["matchType"]) =>
  (name: string, value: string): Matcher => ({ name, matchType, value });

export const equals = of("=");
export const differs = of("!=");
/** `value` is a regular expression of the whole label. */
export const matches = of("=~");
export const matchesNot = of("!~");

/** @example printMatcher(equals("team", "ml")) // 'team="ml"' */
export function printMatcher({ name, matchType, value }: Matcher): string {
  return `${name}${matchType}${JSON.stringify(value)}`;
}
