// The package's one word to the app's operator: a warning on the console, each message once.
const said = new Set<string>();

export function warnOnce(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  if (said.has(message) || said.size >= 100) return;
  said.add(message);
  // biome-ignore lint/suspicious/noConsole: there is no other way to tell an app that gave no onError.
  console.warn(`@llm-slo/metrics: ${message}`);
}
