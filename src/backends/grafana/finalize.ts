// What the SDK built to JSON that every Grafana shows alike: removes what the builder shouldn't have set, sets what it left out, refuses
// what Grafana would mend or drop in silence.

interface Link {
  placement?: unknown;
}

interface Target {
  refId?: string;
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface Panel {
  id?: number;
  type?: string;
  title?: string;
  gridPos?: Rectangle;
  collapsed?: boolean;
  panels?: Panel[];
  targets?: Target[];
  links?: Link[];
  fieldConfig?: { defaults?: { links?: Link[] } };
  libraryPanel?: unknown;
  repeat?: string;
  repeatDirection?: string;
}

/** The part of Grafana's classic dashboard that is looked at here. */
export interface DashboardJson {
  uid?: string;
  title?: string;
  time?: unknown;
  panels?: Panel[];
  links?: Link[];
  annotations?: { list?: Link[] };
}

const COLUMNS = 24;

/**
 * The dashboard as plain JSON, with ids and refIds.
 * @throws Error where uid, title or time range are missing or wrong, or panels overlap, leave the grid or repeat a refId.
 */
export function finalize(built: object): DashboardJson {
  // Drops the builders' functions and tears apart objects that builders share.
  const dashboard: DashboardJson = JSON.parse(JSON.stringify(built));
  const panels = allPanels(dashboard.panels ?? []);
  removePlacements(dashboard, panels);
  checkHead(dashboard);
  numberPanels(panels);
  for (const panel of panels) finalizePanel(panel);
  checkOverlap(dashboard.panels ?? []);
  return dashboard;
}

/** The name of a panel's query. @example refId(0) // "A" */
export function refId(index: number): string {
  const letter = String.fromCharCode("A".charCodeAt(0) + (index % 26));
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

function allPanels(panels: readonly Panel[]): Panel[] {
  return panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);
}

/** The builder puts every link and annotation into the controls menu, where Grafana 13 hides them. */
function removePlacements(dashboard: DashboardJson, panels: readonly Panel[]): void {
  dashboard.annotations = { ...dashboard.annotations, list: dashboard.annotations?.list ?? [] };
  const ofPanels = panels.flatMap((panel) => [...(panel.links ?? []), ...(panel.fieldConfig?.defaults?.links ?? [])]);
  for (const link of [...(dashboard.links ?? []), ...(dashboard.annotations.list ?? []), ...ofPanels]) {
    delete link.placement;
  }
}

function checkHead({ uid, title, time }: DashboardJson): void {
  if (!/^[a-zA-Z0-9_-]{1,40}$/.test(uid ?? "")) {
    throw new Error(`Dashboard "${title}": uid "${uid}" is not 1 to 40 characters of a-z, A-Z, 0-9, _ and -.`);
  }
  if (!title) throw new Error(`Dashboard "${uid}" has no title.`);
  if (time === undefined) throw new Error(`Dashboard "${title}" has no time range.`);
}

/** Missing, zero and repeated ids become the next free number. */
function numberPanels(panels: readonly Panel[]): void {
  const owners = new Map<number | undefined, Panel>();
  for (const panel of panels) if (panel.id && !owners.has(panel.id)) owners.set(panel.id, panel);
  let next = 1;
  for (const panel of panels) {
    if (owners.get(panel.id) === panel) continue;
    while (owners.has(next)) next += 1;
    panel.id = next;
    owners.set(next, panel);
  }
}

function finalizePanel(panel: Panel): void {
  const name = `Panel "${panel.title ?? panel.id}"`;
  if (panel.gridPos === undefined) throw new Error(`${name} has no place.`);
  if (panel.gridPos.x + panel.gridPos.w > COLUMNS) throw new Error(`${name} leaves the grid of ${COLUMNS} columns.`);
  if (panel.collapsed === false && panel.panels?.length) {
    throw new Error(`${name} is an expanded row with panels inside; Grafana would drop them.`);
  }
  delete panel.libraryPanel;
  if (!panel.repeat) delete panel.repeatDirection;
  const refIds = new Set<string>();
  for (const [index, target] of (panel.targets ?? []).entries()) {
    target.refId ??= refId(index);
    if (refIds.has(target.refId)) throw new Error(`${name} has two queries with the refId ${target.refId}.`);
    refIds.add(target.refId);
  }
}

function checkOverlap(panels: readonly Panel[]): void {
  for (const [index, panel] of panels.entries()) {
    const other = panels.slice(index + 1).find((later) => overlap(panel.gridPos, later.gridPos));
    if (other) throw new Error(`Panels "${panel.title}" and "${other.title}" overlap.`);
    checkOverlap(panel.panels ?? []);
  }
}

function overlap(a?: Rectangle, b?: Rectangle): boolean {
  if (a === undefined || b === undefined) return false;
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
