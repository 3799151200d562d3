import { readFileSync } from "node:fs";

/** One entry of the help centre that the service answers from. */
export interface Document {
  readonly title: string;
  readonly text: string;
}

const file = readFileSync(new URL("documents.md", import.meta.url), "utf8");

export const documents: readonly Document[] = file
  .split(/^## /m)
  .slice(1)
  .map((section) => {
    const [title = "", text = ""] = section.split("\n\n");
    return { title, text: text.trim() };
  });
