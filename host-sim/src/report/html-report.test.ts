import { expect, test } from "vitest";
import { escapeHtml, inertJson } from "./escape.js";
import { HtmlReport } from "./html-report.js";
import type { ReportStream } from "./report-data.js";

function stream(id: string, change: Partial<ReportStream["row"]> = {}): ReportStream {
  const message = { before: null, after: null };
  return {
    row: {
      id,
      method: "GET",
      url: "http://a/",
      status: "200",
      outcome: "completed",
      changed: false,
      localReply: false,
      problems: 0,
      ...change,
    },
    source: "test",
    protocol: "HTTP/1.1",
    explanation: null,
    responseCodeDetails: null,
    localReply: null,
    notes: ["n".repeat(1000)],
    request: message,
    response: message,
    timeline: [],
    timelineCut: 0,
    callouts: [],
    problems: [],
  };
}

function written(streams: readonly ReportStream[], limitBytes?: number): string {
  let text = "";
  const report = new HtmlReport((piece) => (text += piece), {
    filter: "</title>",
    ...(limitBytes === undefined ? {} : { limitBytes }),
  });
  for (const one of streams) report.add(one);
  report.end({ metrics: [], warnings: [] });
  return text;
}

test("data cannot end the element that they stand in", () => {
  const text = "</script><!--\u2028\u202e&\0";
  expect(inertJson(text)).toBe('"\\u003c/script\\u003e\\u003c!--\\u2028\\u202e\\u0026\\u0000"');
  expect(JSON.parse(inertJson(text))).toBe(text);
  expect(escapeHtml(`<a b="c" d='e'>&\0`)).toBe("&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\\x00");
  const html = written([stream("</script><script>owned()</script>")]);
  expect(html.match(/<script\b/g)).toHaveLength(4);
  expect(html).not.toContain("owned()</script>");
  expect(html).toContain("<title>&lt;/title&gt; · replay</title>");
});

test("the same streams make the same file", () => {
  expect(written([stream("a"), stream("b")])).toBe(written([stream("a"), stream("b")]));
});

test("a file stays below its limit: what changed and what failed keeps its details longest", () => {
  const streams = Array.from({ length: 900 }, (_, index) =>
    stream(`s${index}`, index % 3 === 0 ? { outcome: "stalled" } : index % 3 === 1 ? { changed: true } : {}),
  );
  const html = written(streams, 500_000);
  expect(Buffer.byteLength(html)).toBeLessThan(500_000);
  const detailed = [...html.matchAll(/id="stream-(\d+)"/g)].map(([, index]) => Number(index));
  const last = (rest: number) => detailed.filter((index) => index % 3 === rest).at(-1)!;
  expect(last(2)).toBeLessThan(last(1));
  expect(last(1)).toBeLessThan(last(0));
  const head = JSON.parse(/id="head">(.*?)<\/script>/.exec(html)![1]!) as {
    bare: number;
    left: number;
    counts: { streams: number };
  };
  expect(head.counts.streams).toBe(900);
  expect(head.bare + head.left + detailed.length).toBe(900);
  expect(head.bare).toBeGreaterThan(0);
});
