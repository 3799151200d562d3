// Draws dashboards in a headless Chromium. Nothing is fetched from anywhere: the page, its data and Grafana's icons are handed to it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { Bundle } from "./bundle.ts";
import type { Drawing } from "./page/drawing.ts";

const origin = "http://preview.invalid";
const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const width = 1_532;
const settleMilliseconds = 1_500;
const assets = join(import.meta.dirname, "node_modules/@grafana/ui/dist/public");

const html = `<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/page.css"><body style="margin:0"><div id="root"></div><script src="/page.js"></script>`;

/** Answers everything that the page asks for. */
async function serve(page: Page, { script, style }: Bundle): Promise<void> {
  await page.route("**/*", async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/") return route.fulfill({ contentType: "text/html", body: html });
    if (pathname === "/page.js") return route.fulfill({ contentType: "text/javascript", body: script });
    if (pathname === "/page.css") return route.fulfill({ contentType: "text/css", body: style });
    const icon = await readFile(join(assets, pathname.replace(/^.*?\/(?=img\/)/, ""))).catch(() => undefined);
    return icon ? route.fulfill({ contentType: "image/svg+xml", body: icon }) : route.fulfill({ status: 404 });
  });
}

export const openBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: flags });

/**
 * Writes a picture of a dashboard.
 * @param height in pixels, of the upper part that is wanted; the whole dashboard where it is left out.
 * @returns what went wrong while drawing, one line for each problem.
 */
export async function drawDashboard(
  browser: Browser,
  bundle: Bundle,
  drawing: Drawing,
  { path, height }: { readonly path: string; readonly height?: number | undefined },
): Promise<readonly string[]> {
  const page = await browser.newPage({ viewport: { width, height: 1_200 }, colorScheme: "dark" });
  const problems: string[] = [];
  const note = (text: string) => problems.push(text.replace(/\n[\s\S]*/, ""));
  page.on("pageerror", ({ message }) => note(message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("404")) note(message.text());
  });
  try {
    await serve(page, bundle);
    await page.clock.setFixedTime(drawing.answers.range.end * 1000);
    await page.goto(origin);
    await page.evaluate(
      (given) => (window as unknown as { draw: (drawing: unknown) => void }).draw(given),
      drawing as unknown,
    );
    const dashboard = page.locator("#dashboard");
    await dashboard.waitFor();
    const whole = Math.ceil((await dashboard.boundingBox())?.height ?? 0);
    await page.setViewportSize({ width, height: Math.min(whole, 16_000) });
    await page.waitForTimeout(settleMilliseconds);
    await page.screenshot({ path, clip: { x: 0, y: 0, width, height: Math.min(height ?? whole, whole) } });
  } finally {
    await page.close();
  }
  return problems;
}
