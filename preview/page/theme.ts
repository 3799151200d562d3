import { createTheme, type GrafanaTheme2 } from "@grafana/data";

export const theme: GrafanaTheme2 = createTheme({ colors: { mode: "dark" } });
