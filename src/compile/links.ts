import { dashboardUid, runbookFile, runbookHeading } from "../plan/conventions.ts";

/** Where people look in this environment. */
export interface Links {
  readonly grafanaUrl: string;
  readonly runbooksUrl: string;
}

/** The link annotations of an alert. */
export function linksOf(
  links: Links,
  service: string,
  alert: string,
  slo?: string,
): { readonly dashboard_url: string; readonly runbook_url: string } {
  const query = slo === undefined ? "" : `?var-slo=${slo}`;
  const anchor = slo === undefined ? "" : runbookHeading(slo).anchor;
  return {
    dashboard_url: `${links.grafanaUrl.replace(/\/$/, "")}/d/${dashboardUid(service)}${query}`,
    runbook_url: `${links.runbooksUrl.replace(/\/$/, "")}/${runbookFile(service, alert)}${anchor}`,
  };
}
