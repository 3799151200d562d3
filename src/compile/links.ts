import { dashboardNames, dashboardUid, runbookFile, runbookHeading } from "../plan/conventions.ts";
import type { Model } from "../slo/model.ts";
import { dashboardsOf } from "./dashboards.ts";

/** Where people look in this environment. */
export interface Links {
  readonly grafanaUrl: string;
  readonly runbooksUrl: string;
  /** What uids of dashboards begin with. */
  readonly uidPrefix: string;
}

export function linksIn(model: Model): Links {
  const { grafanaUrl, runbooksUrl } = model.stack;
  return { grafanaUrl, runbooksUrl, uidPrefix: dashboardsOf(model).uidPrefix };
}

/** A service's dashboard, or one of `dashboardNames`. */
export function dashboardUrl({ grafanaUrl, uidPrefix }: Links, name: string): string {
  return `${grafanaUrl.replace(/\/$/, "")}/d/${dashboardUid(uidPrefix, name)}`;
}

/** The link annotations of an alert: of an SLO to its details, of anything else to the service. */
export function linksOf(
  links: Links,
  service: string,
  alert: string,
  slo?: string,
): { readonly dashboard_url: string; readonly runbook_url: string } {
  const details = `${dashboardUrl(links, dashboardNames.slo)}?var-service=${service}&var-slo=${slo}`;
  const anchor = slo === undefined ? "" : runbookHeading(slo).anchor;
  return {
    dashboard_url: slo === undefined ? dashboardUrl(links, service) : details,
    runbook_url: `${links.runbooksUrl.replace(/\/$/, "")}/${runbookFile(service, alert)}${anchor}`,
  };
}
