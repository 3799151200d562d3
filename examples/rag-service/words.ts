// What a text is about: its words without the small ones. Retrieval, the stand-in model and the judge read texts in this way.
const smallWords = new Set(
  (
    "a about after all an and any are as at be before by can do does explain for from has have how i if in is it its " +
    "know me my no not of on one or our please rule should tell that the their them then there they this to until up " +
    "was we what when where which who will with work you your"
  ).split(" "),
);

/** The words of a text that carry meaning, in lower case and in the singular. */
export function contentWords(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[a-z0-9][a-z0-9.-]*[a-z0-9]|[a-z0-9]/g) ?? [];
  return words.filter((word) => !smallWords.has(word)).map((word) => word.replace(/(?<=[a-z]{3})s$/, ""));
}

/** The share, 0 to 1, of a text's words that another text has too; 0 for a text that says nothing. */
export function shareFoundIn(text: string, other: string): number {
  const words = contentWords(text);
  const known = new Set(contentWords(other));
  return words.length === 0 ? 0 : words.filter((word) => known.has(word)).length / words.length;
}
