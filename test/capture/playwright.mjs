// Browses the small site with a real Chromium as a Playwright test does, and keeps the zipped HAR: test/capture/recordings/playwright.zip.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { startSite } from "./site/site-server.mjs";

const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
if (!existsSync(executablePath)) {
  console.error(
    `There is no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM to its path.`,
  );
  process.exit(1);
}

const site = await startSite();
try {
  const browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", `--host-resolver-rules=MAP shop.example.com 127.0.0.1:${site.port}`],
  });
  const path = fileURLToPath(new URL("recordings/playwright.zip", import.meta.url));
  const context = await browser.newContext({ recordHar: { path, mode: "full", content: "attach" } });
  const page = await context.newPage();
  await page.goto("http://shop.example.com/");
  await page.waitForFunction(() => document.title === "Visited");
  await context.close();
  await browser.close();
} finally {
  await site.close();
}
