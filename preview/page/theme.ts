import { createTheme, type GrafanaTheme2 } from "@grafana/data";

export const theme: GrafanaTheme2 = createTheme({ colors: { mode: "dark" } });

/** Grafana's types call it optional; created themes have it. */
export const text = theme.colors.text as NonNullable<typeof theme.colors.text>;
