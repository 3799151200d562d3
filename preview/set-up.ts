// What drawing needs and `npm ci` at the root doesn't install.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/** A Chromium on the PATH. */
export function findChromium(path = process.env.PATH ?? ""): string | undefined {
  return path
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file));
}

/**
 * What has to be done first, a paragraph for each thing; empty when everything is there.
 * @param modules where Grafana's components are installed.
 */
export function missing(
  modules = join(import.meta.dirname, "node_modules"),
  path = process.env.PATH,
): readonly string[] {
  return [
    ...(existsSync(join(modules, "@grafana/ui"))
      ? []
      : ["Grafana's components aren't installed. Run once (500 MB, a minute or two):\n\n  npm ci --prefix preview\n"]),
    ...(findChromium(path) ? [] : ["There is no Chromium on the PATH. On Debian:\n\n  apt-get install chromium\n"]),
  ];
}
