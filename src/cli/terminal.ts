// Where the command speaks: text for people, colours only where they can be seen.

import pc from "picocolors";
import { type Diagnostic, messageOf, placeOf } from "../slo/diagnostics.ts";

type Stream = NodeJS.WriteStream;

/** Colours for a stream; plain text unless it is a terminal and `NO_COLOR` isn't set. */
export function colorsFor(stream: Stream) {
  const { NO_COLOR, TERM } = process.env;
  return pc.createColors(stream.isTTY === true && !NO_COLOR && TERM !== "dumb");
}

/** Whether progress can be drawn over itself: not in a file, nor where a terminal says that it is no column wide, as some pseudo-terminals do. */
export function drawsProgress({ isTTY, columns }: Stream): boolean {
  return isTTY === true && columns > 0;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function warn(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** "1 problem", "2 problems". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}

/** Prints diagnostics for people, on stderr. */
export function warnOf(diagnostics: readonly Diagnostic[]): void {
  const colors = colorsFor(process.stderr);
  for (const diagnostic of diagnostics) {
    const { id, problem, instead } = diagnostic;
    warn(`${colors.bold(placeOf(diagnostic))}: ${colors.red(problem)}. ${instead} ${colors.dim(`[${id}]`)}`);
  }
}

const escapeData = (text: string) => text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
const escapeProperty = (text: string) => escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");

/**
 * A diagnostic as GitHub Actions shows it beside the line
 * (https://docs.github.com/actions/reference/workflow-commands-for-github-actions#setting-an-error-message).
 */
export function githubAnnotation(diagnostic: Diagnostic): string {
  const { file, line, column, slo, field } = diagnostic;
  const place = [slo, field].filter((part) => part !== undefined).join(" › ");
  const properties = Object.entries({ file, line, col: column, title: diagnostic.id })
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${escapeProperty(String(value))}`]))
    .join(",");
  return `::error ${properties}::${escapeData(`${place === "" ? "" : `${place}: `}${messageOf(diagnostic)}`)}`;
}
