// Browses the small site with a real Chromium and keeps what it exports: examples/recordings/site.har.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { startSite } from "./site/site-server.mjs";
import { RECORDINGS, writeRecording } from "./write-recording.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) {
  console.error(
    `There is no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM to its path.`,
  );
  process.exit(1);
}

const site = await startSite();
const folder = await mkdtemp(join(tmpdir(), "capture-chromium-"));
try {
  // The site's name is the same in every capture, whatever port it got.
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", `--host-resolver-rules=MAP shop.example.com 127.0.0.1:${site.port}`],
  });
  const path = join(folder, "site.har");
  const context = await browser.newContext({ recordHar: { path, mode: "full", content: "embed" } });
  const page = await context.newPage();
  await page.goto("http://shop.example.com/");
  await page.waitForFunction(() => document.title === "Visited");
  await page.click("button");
  await page.waitForURL("**/thanks");
  await context.close();
  await browser.close();
  await writeRecording(new URL("site.har", RECORDINGS), await readFile(path));
} finally {
  await site.close();
  await rm(folder, { recursive: true });
}
