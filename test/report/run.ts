/**
 * `npm run test:report`: opens reports in a real Chromium. What a recording or a filter says must not run, load or send
 * anything, must be there to read as it is, and the page must be usable. Screenshots stand in .cache/report.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { filterSource } from "./filter.js";
import { attacks, hostile, many, type Part, recording, shop } from "./recordings.js";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const screenshots = resolve(".cache/report");
const project = resolve(".cache/report/project");
const cli = resolve("cli/dist/main.js");

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

type Test = (browser: Browser, report: (name: string) => string) => Promise<void>;

const tests: Readonly<Record<string, Test>> = {
  "a report shows what the filter did": shopTest,
  "nothing in a hostile recording runs, loads or hides": hostileTest,
  "thousands of streams scroll, and are found": manyTest,
  "a report that is full says so": fullTest,
  "without JavaScript there is a summary": staticTest,
  "the keyboard is enough": keyboardTest,
};

export async function main(): Promise<number> {
  if (!existsSync(executablePath)) {
    console.error(
      `There is no Chromium at ${executablePath}: apt-get install chromium, or set CHROMIUM to its path.`,
    );
    return 1;
  }
  mkdirSync(screenshots, { recursive: true });
  rmSync(project, { recursive: true, force: true });
  cpSync(resolve("create/templates/http"), project, { recursive: true });
  writeFileSync(join(project, "assembly/index.ts"), filterSource);
  execFileSync(process.execPath, [cli, "build", project]);
  const make = (name: string, parts: readonly Part[], ...options: string[]): void => {
    const file = join(project, `${name}.stream.jsonl`);
    writeFileSync(file, recording(parts));
    const report = ["--report", join(project, `${name}.html`), "--output", join(project, `${name}.txt`)];
    try {
      execFileSync(process.execPath, [cli, "replay", "-C", project, file, ...report, ...options], {
        stdio: "pipe",
      });
    } catch (error) {
      // A filter that holds a stream makes replay fail, and a report all the same.
      if (!existsSync(join(project, `${name}.html`))) throw error;
    }
  };
  let failed = 0;
  const browser = await chromium.launch({ executablePath, args: flags, headless: true });
  try {
    make("shop", shop);
    make("hostile", hostile);
    make("many", many(5000));
    make("full", many(5000), "--report-limit", "1");
    for (const [name, test] of Object.entries(tests)) {
      try {
        await test(browser, (file) => join(project, `${file}.html`));
        console.log(`ok      ${name}`);
      } catch (error) {
        failed += 1;
        console.log(
          `FAILED  ${name}\n${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
    }
  } finally {
    await browser.close();
  }
  console.log(
    `${Object.keys(tests).length - failed} passed, ${failed} failed; screenshots in ${screenshots}`,
  );
  return failed === 0 ? 0 : 1;
}

interface Opened {
  readonly page: Page;
  /** Every request but the one for the file. */
  readonly requests: readonly string[];
  /** Errors of the page, and what its policy refused. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly javaScriptEnabled?: boolean;
}

async function open(browser: Browser, file: string, options: OpenOptions = {}): Promise<Opened> {
  const { width = 1280, height = 860, dark = false, javaScriptEnabled = true } = options;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? "dark" : "light",
    javaScriptEnabled,
    deviceScaleFactor: width < 600 ? 2 : 1,
  });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  const url = pathToFileURL(file).href;
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) requests.push(request.url());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(url);
  return { page, requests, complaints, close: () => context.close() };
}

function assertQuiet({ requests, complaints }: Opened): void {
  assert.deepEqual({ requests, complaints }, { requests: [], complaints: [] });
}

async function text(page: Page, selector: string): Promise<string> {
  return (await page.locator(selector).allTextContents()).join("\n");
}

async function openStream(page: Page, id: string): Promise<void> {
  await page.locator("input[type=search]").fill(id);
  await page
    .locator(".row", { has: page.locator(".id", { hasText: id }) })
    .first()
    .click();
  await page.locator("article.stream").waitFor();
}

async function shopTest(browser: Browser, report: (name: string) => string): Promise<void> {
  const opened = await open(browser, report("shop"));
  const { page } = opened;
  assert.equal(await page.title(), "my-filter · replay");
  assert.match(await text(page, ".kinds"), /all 6.*local reply 1.*problems 1/);
  assert.match(await text(page, ".overview"), /wasmcustom\.requests.*6/);
  assert.match(await text(page, ".overview"), /on_request_headers/);
  await page.screenshot({ path: join(screenshots, "overview-light.png") });

  await openStream(page, "cart");
  assert.match(await text(page, "tr.added"), /x-user\s*ada/);
  assert.match(await text(page, "tr.removed"), /cookie\s*session=abc; theme=dark/);
  assert.match(await text(page, "li.callback"), /on_request_headers.*headers 9.*end true.*→ Continue/);
  assert.match(
    await text(page, "li.call"),
    /replace_header_map_value.*map request headers.*name x-user value ada → Ok/,
  );
  assert.match(
    await text(page, "li.call"),
    /get_header_map_value.*name :path → Ok.*value \/cart\?currency=EUR/,
  );
  assert.match(await text(page, "li.log"), /cart of a customer/);
  await page.screenshot({ path: join(screenshots, "stream-light.png") });
  await page.locator("button", { hasText: "Bytes" }).last().click();
  assert.match(await text(page, ".body-content"), /00000000 {2}7b 22 69 74/);

  await openStream(page, "checkout");
  assert.match(await text(page, ".line.added"), /signed: <\/script>/);
  await openStream(page, "held");
  assert.match(await text(page, ".notice.bad"), /nothing continues the stream/);
  await openStream(page, "admin");
  assert.match(await text(page, ".notice"), /A local reply, 403/);
  assert.match(await text(page, ".status"), /200 → 403/);
  assertQuiet(opened);
  await opened.close();

  for (const [name, options] of [
    ["stream-dark", { dark: true }],
    ["stream-phone", { width: 390, height: 844 }],
  ] as const) {
    const other = await open(browser, report("shop"), options);
    if (name === "stream-phone") await other.page.screenshot({ path: join(screenshots, "list-phone.png") });
    await openStream(other.page, name === "stream-dark" ? "checkout" : "cart");
    await other.page.screenshot({ path: join(screenshots, `${name}.png`) });
    const overflow = await other.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the screen`);
    await other.close();
  }
}

async function hostileTest(browser: Browser, report: (name: string) => string): Promise<void> {
  const file = readFileSync(report("hostile"), "utf8");
  assert.doesNotMatch(
    file,
    /[\u202a-\u202e\u2066-\u2069\u200b\u2028\u2029\0\x1b]/,
    "marks that mislead an editor",
  );
  const opened = await open(browser, report("hostile"));
  const { page } = opened;
  const scripts = await page.locator("script:not([type])").count();
  assert.equal(scripts, 1, "only the page's own script is one");
  for (const [index, attack] of attacks.entries()) {
    await openStream(page, `attack-${index}`);
    const shown = await page.locator("article.stream").textContent();
    const expected = attack.replaceAll(
      /[\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g,
      (mark) => `\\u${mark.charCodeAt(0).toString(16)}`,
    );
    // In a header, in a log line, in a body.
    for (const place of ["tr.added .value", "li.log .text", ".body-content"]) {
      assert.ok(
        (await text(page, place)).includes(expected),
        `attack ${index} is to be read in ${place}: ${shown}`,
      );
    }
    assert.ok(
      (await text(page, ".body-content")).includes("\\x00\\x1b[31m"),
      "control characters can be seen",
    );
    for (const button of await page.locator(".switch button").all()) await button.click();
  }
  await page.screenshot({ path: join(screenshots, "hostile-light.png") });
  await openStream(page, "long");
  assert.match(await text(page, "li.log"), /^warning.*L{1000}… \(\d+ more characters\)/m);
  assert.match(await text(page, ".body-head"), /1\.1 MB.*the first 65\.5 kB are here/);
  await openStream(page, "deny-");
  await openStream(page, "binary");
  assert.match(await text(page, ".body-content"), /000000f0 {2}f0 f1 f2/);
  const owned = await page.evaluate(() => (globalThis as { owned?: unknown }).owned);
  assert.equal(owned, undefined, "a script of the recording ran");
  const foreign = await page.evaluate(
    () =>
      document.querySelectorAll("img, iframe, svg, object, embed, link, base, a[href], form, article script")
        .length,
  );
  assert.equal(foreign, 0, "an element of the recording is one of the page");
  assert.equal(new URL(page.url()).protocol, "file:");
  assertQuiet(opened);

  // Even a mistake of the page's own could not turn text into markup, run or load anything.
  const refused = await page.evaluate(() => {
    try {
      document.body.innerHTML = "<img src='https://evil.example/'>";
      return "accepted";
    } catch {
      return "refused";
    }
  });
  assert.equal(refused, "refused");
  const [stopped] = await Promise.all([
    page.waitForEvent("requestfailed"),
    page.evaluate(() => {
      const image = document.createElement("img");
      image.src = "https://evil.example/";
      document.body.append(image);
    }),
  ]);
  assert.equal(stopped.failure()?.errorText, "csp", "the policy, and not a missing network, stopped it");
  await opened.close();
}

async function manyTest(browser: Browser, report: (name: string) => string): Promise<void> {
  const opened = await open(browser, report("many"));
  const { page } = opened;
  assert.match(await text(page, ".kinds"), /all 5,000/);
  assert.ok((await page.locator(".row").count()) < 60, "only what can be seen is in the document");
  await page.locator(".list").evaluate((list) => (list.scrollTop = list.scrollHeight));
  await page.locator(".row .id", { hasText: "s4999" }).waitFor();
  await page.locator("select[aria-label=status]").selectOption("403");
  assert.equal(await text(page, ".found"), "50 of 5,000");
  await page.locator("input[type=search]").fill("post");
  assert.equal(await text(page, ".found"), "7 of 5,000");
  await page.locator("input[type=search]").fill("no such stream");
  assert.equal(await text(page, ".found"), "0 of 5,000");
  assert.equal(await page.locator(".row").count(), 0);
  await page.locator("input[type=search]").fill("");
  await page.locator(".chip.replied").click();
  assert.equal(await text(page, ".found"), "50 of 5,000");
  await page.screenshot({ path: join(screenshots, "many-light.png") });
  assertQuiet(opened);
  await opened.close();
}

async function fullTest(browser: Browser, report: (name: string) => string): Promise<void> {
  const { size } = statSync(report("full"));
  assert.ok(size < 1_100_000, `the report has ${size} bytes`);
  const opened = await open(browser, report("full"));
  assert.match(await text(opened.page, ".notice"), /without details and [\d,]+ streams out of the list/);
  await openStream(opened.page, "s500");
  assert.match(await text(opened.page, ".notice"), /had no room in the report; --report-limit makes room/);
  assertQuiet(opened);
  await opened.close();
}

async function staticTest(browser: Browser, report: (name: string) => string): Promise<void> {
  const opened = await open(browser, report("hostile"), { javaScriptEnabled: false });
  const shown = await text(opened.page, "main");
  assert.match(shown, /15 streams, 15 changed, 1 with a local reply/);
  assert.ok(shown.includes("deny-</script>"));
  assert.ok(shown.includes("wasmcustom.</script><script>window.owned=9</script>"));
  assert.deepEqual(opened.requests, []);
  await opened.close();
}

async function keyboardTest(browser: Browser, report: (name: string) => string): Promise<void> {
  const opened = await open(browser, report("shop"));
  const { page } = opened;
  await page.keyboard.press("/");
  await page.keyboard.type("c");
  await page.keyboard.press("Enter");
  await page.keyboard.press("ArrowDown");
  assert.match(await text(page, "article.stream h2"), /cart/);
  await page.keyboard.press("ArrowDown");
  assert.match(await text(page, "article.stream h2"), /checkout/);
  await page.keyboard.press("k");
  assert.match(await text(page, "article.stream h2"), /cart/);
  assert.match(page.url(), /#stream-0$/);
  await page.keyboard.press("Escape");
  assert.equal(await page.locator("article.overview").count(), 1);
  await page.goBack();
  assert.match(await text(page, "article.stream h2"), /cart/);
  assertQuiet(opened);
  await opened.close();
}
