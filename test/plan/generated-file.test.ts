import fc from "fast-check";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { blockYaml } from "../../src/plan/generated-file.ts";

it("writes any plain data as YAML that reads as the same data, in both versions of YAML", () => {
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: "small" },
      fc.string({ unit: "binary" }),
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      tie("list"),
      tie("map"),
    ),
    list: fc.array(tie("value"), { maxLength: 4 }),
    map: fc.dictionary(
      fc.string().filter((key) => key !== "__proto__" && key !== "<<"),
      tie("value"),
      { maxKeys: 4 },
    ),
  }));
  fc.assert(
    fc.property(value, (data) => {
      const text = blockYaml(data as never).trimStart();
      for (const version of ["1.1", "1.2"] as const)
        expect(JSON.stringify(parse(text, { version, strict: false }))).toBe(JSON.stringify(data));
    }),
    { numRuns: 2_000 },
  );
});
