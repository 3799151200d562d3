/** Images by component, as of 2026-08. Tags, so that people can read them; an overlay can pin digests. */
export const images = {
  prometheus: "quay.io/prometheus/prometheus:v3.14.0",
} as const;
