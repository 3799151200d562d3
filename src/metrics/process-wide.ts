// What all copies of this package in a process share: hot reloads, bundlers, and ES modules beside CommonJS make several.

/** Finds what another copy made under this name, or makes it. What changes its shape needs another name. */
export function processWide<T>(name: string, make: () => T): T {
  const host = globalThis as unknown as Record<symbol, T | undefined>;
  const anchor = Symbol.for(`@llm-slo/metrics/${name}`);
  host[anchor] ??= make();
  return host[anchor];
}
