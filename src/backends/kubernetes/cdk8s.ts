// cdk8s and its classes of Kubernetes' kinds. Required and not imported: Node reads all of what is imported from CommonJS for its names first,
// and these are 3 MB.
import { createRequire } from "node:module";
import type * as cdk8s from "cdk8s";
import type * as plus from "cdk8s-plus-28";

export type { Chart } from "cdk8s";
export type { k8s as types } from "cdk8s-plus-28";

const require = createRequire(import.meta.url);
const core = require("cdk8s") as typeof cdk8s;

export const { ApiObject } = core;
export const { k8s } = require("cdk8s-plus-28") as typeof plus;

/** A file of objects, in an app of its own: a chart that is made into objects walks through all of its app. */
export function newChart(file: string): cdk8s.Chart {
  return new core.Chart(new core.App(), file);
}
