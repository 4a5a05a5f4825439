/** One self-contained HTML file about a replay: `import { HtmlReport, describeExchange } from "as-proxy-wasm-sim/report"`. */
export { describeExchange, type DescribeOptions } from "./describe-exchange.js";
export { HtmlReport, type HtmlReportOptions, type EndMetric, type ReportEnd } from "./html-report.js";
export type { ReportStream } from "./report-data.js";
