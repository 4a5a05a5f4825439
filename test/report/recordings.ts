/** Recordings for the report: one of a shop as any, one whose sender wants to get out of the page. */

export interface Part {
  readonly id: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  readonly requestBody?: string;
  readonly status?: string;
  readonly responseHeaders?: readonly (readonly [name: string, value: string])[];
  readonly responseBody?: string;
  /** Bytes that are no text, in base64. */
  readonly responseBytes?: string;
}

/** An event file. */
export function recording(parts: readonly Part[]): string {
  const lines = parts.flatMap((part) => {
    const {
      id,
      method = "GET",
      path,
      headers = [],
      requestBody,
      status = "200",
      responseHeaders = [],
    } = part;
    const { responseBody, responseBytes } = part;
    const event = (ev: string, rest: object) => ({ v: 1, id, at: 0, ev, ...rest });
    const pseudo = [
      [":authority", "shop.example.com"],
      [":path", path],
      [":method", method],
      [":scheme", "https"],
    ];
    if (requestBody !== undefined) pseudo.push(["content-length", String(Buffer.byteLength(requestBody))]);
    const body = responseBytes === undefined ? { utf8: responseBody ?? "" } : { base64: responseBytes };
    return [
      event("req.headers", { headers: [...pseudo, ...headers.map(field)], end: requestBody === undefined }),
      ...(requestBody === undefined ? [] : [event("req.data", { utf8: requestBody, end: true })]),
      event("res.headers", { headers: [[":status", status], ...responseHeaders.map(field)], end: false }),
      event("res.data", { ...body, end: true }),
    ];
  });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

function field([name, value]: readonly [string, string]): readonly [string, string | { b64: string }] {
  return /^[\x20-\x7e]*$/.test(value)
    ? [name, value]
    : [name, { b64: Buffer.from(value).toString("base64") }];
}

/** What runs, loads or misleads wherever text becomes markup, script or a line of an editor. */
export const attacks: readonly string[] = [
  "</script><script>window.owned=1</script>",
  "<img src=x onerror='window.owned=2'>",
  '"><svg onload=window.owned=3>',
  "<!--<script>",
  "]]><iframe src='https://evil.example/'></iframe>",
  "javascript:window.owned=4",
  "<a href='javascript:window.owned=5'>click</a>",
  "<style>@import 'https://evil.example/x.css';*{background:url(https://evil.example/)}</style>",
  "<base href='https://evil.example/'><meta http-equiv='refresh' content='0;url=https://evil.example/'>",
  "{{constructor.constructor('window.owned=6')()}}${window.owned=7}",
  "\u202eevil\u202c \u2066left\u2069 \u200b\ufeff\u2028line\u2029end",
  "https://evil.example/?<link rel=stylesheet href=https://evil.example/x.css>",
];

export const hostile: readonly Part[] = [
  ...attacks.map((attack, index): Part => ({
    id: `attack-${index}`,
    path: `/${encodeURIComponent(attack).replaceAll("'", "%27")}?x=<script>window.owned=8</script>`,
    headers: [
      ["x-log", attack],
      ["x-plain", attack],
    ],
    requestBody: attack,
    responseHeaders: [
      ["content-type", "text/html"],
      ["x-reply", attack],
    ],
    responseBody: `{"value": ${JSON.stringify(attack)}}\n\0\x1b[31m${attack}`,
  })),
  {
    id: "long",
    path: "/long",
    headers: [["x-log", "L".repeat(40_000)]],
    requestBody: "one line ".repeat(120_000),
    responseBody: `${"<b>".repeat(350_000)}`,
  },
  { id: "deny-</script>", path: "/deny", headers: [["x-log", attacks[0]!]], responseBody: "never" },
  {
    id: "binary",
    path: "/binary",
    responseBytes: Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256)).toString("base64"),
  },
];

export const shop: readonly Part[] = [
  {
    id: "cart",
    path: "/cart?currency=EUR",
    headers: [
      ["accept", "application/json"],
      ["x-request-id", "7b1c"],
      ["cookie", "session=abc; theme=dark"],
      ["x-log", "cart of a customer"],
    ],
    responseHeaders: [
      ["content-type", "application/json"],
      ["cache-control", "private, max-age=60"],
    ],
    responseBody: JSON.stringify({
      items: [
        { sku: "A-17", name: "Kettle", price: 49.9 },
        { sku: "B-02", name: "Cup", price: 7.5 },
      ],
      total: 57.4,
    }),
  },
  {
    id: "checkout",
    method: "POST",
    path: "/checkout",
    headers: [
      ["content-type", "application/json"],
      ["x-log", "checkout"],
    ],
    requestBody: JSON.stringify({ cart: 17, payment: "invoice" }),
    status: "201",
    responseHeaders: [["content-type", "text/plain"]],
    responseBody: "order 1001\naccepted\nthank you\n",
  },
  { id: "admin", path: "/deny/admin", headers: [["accept", "*/*"]], responseBody: "secret" },
  { id: "missing", path: "/nothing", status: "404", responseBody: "not found\n" },
  {
    id: "picture",
    path: "/static/logo.png",
    responseHeaders: [["content-type", "image/png"]],
    responseBytes: Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10", "latin1").toString(
      "base64",
    ),
  },
  { id: "held", path: "/hold", responseBody: "never sent" },
];

export function many(count: number): readonly Part[] {
  return Array.from({ length: count }, (_, index): Part => ({
    id: `s${index}`,
    method: index % 7 === 0 ? "POST" : "GET",
    path: `/${index % 100 === 3 ? "deny" : "items"}/${index}`,
    responseBody: `item ${index}`,
  }));
}
