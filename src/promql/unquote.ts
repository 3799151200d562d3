// A PromQL string literal to the text it stands for.

const plainEscapes: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};
const escaped = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{3})|([\s\S]?))/g;

const isCharacter = (code: number) => code <= 0x10_ff_ff && (code < 0xd8_00 || code > 0xdf_ff);

/** Undoes the quoting of a string as Go does; null where Prometheus can't read it. @example unquote('"2|2\\\\.0"') // "2|2\\.0" */
export function unquote(literal: string): string | null {
  const [quote = ""] = literal;
  if (literal.length < 2 || !literal.endsWith(quote)) return null;
  const body = literal.slice(1, -1);
  if (quote === "`") return body;
  let readable = true;
  const text = body.replaceAll(escaped, (_, hex: string, short: string, long: string, octal: string, other: string) => {
    if (other !== undefined) {
      readable &&= other === quote || Object.hasOwn(plainEscapes, other);
      return plainEscapes[other] ?? other;
    }
    const code = octal === undefined ? Number.parseInt(hex ?? short ?? long, 16) : Number.parseInt(octal, 8);
    readable &&= isCharacter(code) && (octal === undefined || code <= 0xff);
    return readable ? String.fromCodePoint(code) : "";
  });
  return readable ? text : null;
}
