// Templates of Prometheus in what users write on alerts: what it would refuse, taking the whole rule file down, or print as nothing.
import { suggest } from "./suggest.ts";

/** Prometheus 2.42 and Go (https://prometheus.io/docs/prometheus/2.42/configuration/template_reference/, https://pkg.go.dev/text/template#hdr-Functions). */
const functions = (
  "query first label value sortByLabel strvalue args reReplaceAll safeHtml match title toUpper toLower graphLink tableLink parseDuration " +
  "stripPort stripDomain humanize humanize1024 humanizeDuration humanizePercentage humanizeTimestamp toTime pathPrefix externalURL tmpl " +
  "and or not len index slice print printf println html js urlquery call eq ne lt le gt ge"
).split(" ");
const blocks = ["if", "range", "with", "define", "block"];
const words = [...functions, ...blocks, "else", "end", "template", "break", "continue", "true", "false", "nil"];
const variables = ["value", "labels", "externalLabels", "externalURL"];

/** One piece of what stands between {{ and }}. */
const token =
  /\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|`[^`]*`|'(?:[^'\\\n]|\\.)+'|\$\w*(?:\.\w+)*|\.(?:\w+(?:\.\w+)*)?|\d[\w.]*|\w+|:=|[=|(),-]|\s+/y;

interface TemplateProblem {
  readonly problem: string;
  readonly instead: string;
}

/** The pieces of each action; what can't be read is a problem. */
function actionsOf(text: string): readonly (readonly string[])[] | TemplateProblem {
  const actions: string[][] = [];
  for (let at = text.indexOf("{{"); at >= 0; at = text.indexOf("{{", at)) {
    const pieces: string[] = [];
    for (at += 2; !text.startsWith("}}", at); at = token.lastIndex) {
      token.lastIndex = at;
      const [piece] = token.exec(text) ?? [];
      if (piece === undefined)
        return {
          problem: "opens {{ and doesn't close it",
          instead: 'Close it with }}, or write {{ "{{" }} for the braces themselves.',
        };
      if (piece.trim() !== "" && piece !== "-") pieces.push(piece);
    }
    actions.push(pieces);
  }
  return actions;
}

function problemOfPiece(
  piece: string,
  next: string | undefined,
  known: Set<string>,
  labels: readonly string[],
): TemplateProblem | undefined {
  const [, variable, label] = /^\$(\w*)(?:\.(\w+))?/.exec(piece) ?? [];
  if (variable !== undefined && next === ":=") known.add(variable);
  if (variable && next !== "," && !known.has(variable)) {
    return { problem: `reads $${variable}, which there is not`, instead: suggest(variable, variables, "variables") };
  }
  if (variable === "labels" && label !== undefined && !labels.includes(label)) {
    return {
      problem: `reads the label ${label}, which the alert doesn't have`,
      instead: suggest(label, labels, "labels"),
    };
  }
  if (!/^[a-zA-Z_]/.test(piece) || words.includes(piece)) return undefined;
  return {
    problem: `calls ${piece}, which is no function of Prometheus`,
    instead: suggest(piece, functions, "functions"),
  };
}

/** What is wrong with a text as a template of an alert that has these labels. */
export function templateProblem(text: string, labels: readonly string[]): TemplateProblem | undefined {
  const actions = actionsOf(text);
  if ("problem" in actions) return actions;
  const known = new Set(variables);
  let depth = 0;
  for (const pieces of actions) {
    if (pieces.length === 0) return { problem: "has {{ }} with nothing in it", instead: "Leave it out." };
    for (const [index, piece] of pieces.entries()) {
      const problem = problemOfPiece(piece, pieces[index + 1], known, labels);
      if (problem) return problem;
    }
    depth += blocks.includes(pieces[0] ?? "") ? 1 : pieces[0] === "end" ? -1 : 0;
    if (depth < 0) break;
  }
  return depth === 0
    ? undefined
    : { problem: "has if, range or with and end that don't match", instead: "Write one {{ end }} for each." };
}
