// Objects to YAML text. Strings are quoted wherever a YAML 1.1 or a 1.2 parser would read something else: kubectl and Prometheus read 1.1.
import { Document, type DocumentOptions, isMap, isScalar, type SchemaOptions, type ToStringOptions } from "yaml";
import { generatedHeader } from "../../plan/generated-file.ts";

const parsing: DocumentOptions & SchemaOptions & { readonly aliasDuplicateObjects: boolean } = {
  version: "1.1",
  compat: "core",
  aliasDuplicateObjects: false,
};
const printing: ToStringOptions = { lineWidth: 0, blockQuote: "literal" };

/** A generated file of one document. `comments` stand above the top-level keys that they are given for. */
export function printYaml(value: object, comments: Readonly<Record<string, string>> = {}): string {
  const document = new Document(value, parsing);
  if (isMap(document.contents)) {
    for (const { key } of document.contents.items) {
      const comment = isScalar(key) ? comments[String(key.value)] : undefined;
      if (isScalar(key) && comment !== undefined) key.commentBefore = ` ${comment}`;
    }
  }
  return generatedHeader + document.toString(printing);
}

/** A generated file of Kubernetes objects, in their order. */
export function printManifests(objects: readonly object[]): string {
  return generatedHeader + objects.map((object) => new Document(object, parsing).toString(printing)).join("---\n");
}
