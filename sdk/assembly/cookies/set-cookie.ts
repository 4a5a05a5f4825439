import { formatHttpDate } from "./http-date";

/** Whether a browser sends a cookie with requests from other sites (RFC 6265bis §5.6.7). */
export enum SameSite {
  /** The attribute is left out; browsers then treat most cookies as `Lax`. */
  Unset,
  /** Never, also not when a link on another site is followed. */
  Strict,
  /** Only when a link on another site is followed. */
  Lax,
  /** Needs `secure`. */
  None,
}

/**
 * Builds the value of a `set-cookie` header (RFC 6265 §4.1, and 6265bis for prefixes, SameSite and Partitioned).
 *
 * ```ts
 * const cookie = new SetCookie("__Host-session", id).path("/").secure().httpOnly().sameSite(SameSite.Lax).maxAge(3600);
 * const value = cookie.build();
 * if (value !== null) headers.add("set-cookie", value);
 * ```
 */
export class SetCookie {
  private pathValue: string | null = null;
  private domainValue: string | null = null;
  private maxAgeText: string = "";
  private expiresText: string = "";
  private isSecure: bool = false;
  private isHttpOnly: bool = false;
  private isPartitioned: bool = false;
  private site: SameSite = SameSite.Unset;
  private refusal: string = "";

  /** A cookie with this name and value; whether they may be sent, `build` says. */
  constructor(
    private name: string,
    private value: string,
  ) {}

  /** A cookie that makes browsers forget the one of that name; give it the same path and domain. */
  static expired(name: string): SetCookie {
    return new SetCookie(name, "").maxAge(0).expires(0);
  }

  /** The paths that get the cookie. */
  path(path: string): this {
    this.pathValue = path;
    return this;
  }

  /** The domain whose hosts get the cookie; without it only the host that answers does. */
  domain(domain: string): this {
    this.domainValue = domain;
    return this;
  }

  /** How long it lives, in seconds; 0 or less: it is gone at once. */
  maxAge(seconds: i64): this {
    this.maxAgeText = `${seconds}`;
    return this;
  }

  /** When it ends, in seconds since 1970, for the years 1970 to 9999; what lies outside becomes the nearest of them. */
  expires(unixSeconds: i64): this {
    this.expiresText = formatHttpDate(unixSeconds);
    return this;
  }

  /** Only over HTTPS. */
  secure(): this {
    this.isSecure = true;
    return this;
  }

  /** Not for scripts. */
  httpOnly(): this {
    this.isHttpOnly = true;
    return this;
  }

  /** Whether requests from other sites have the cookie. */
  sameSite(site: SameSite): this {
    this.site = site;
    return this;
  }

  /** One cookie for each top-level site (CHIPS). Needs `secure`. */
  partitioned(): this {
    this.isPartitioned = true;
    return this;
  }

  /** The header's value; null when browsers would drop the cookie or take it for another one: see `reason`. */
  build(): string | null {
    this.refusal = this.check();
    if (this.refusal.length > 0) return null;
    let text = this.name + "=" + this.value;
    const domain = this.domainValue;
    const path = this.pathValue;
    if (domain !== null) text += "; Domain=" + domain;
    if (path !== null) text += "; Path=" + path;
    if (this.maxAgeText.length > 0) text += "; Max-Age=" + this.maxAgeText;
    if (this.expiresText.length > 0) text += "; Expires=" + this.expiresText;
    if (this.isSecure) text += "; Secure";
    if (this.isHttpOnly) text += "; HttpOnly";
    if (this.site == SameSite.Strict) text += "; SameSite=Strict";
    else if (this.site == SameSite.Lax) text += "; SameSite=Lax";
    else if (this.site == SameSite.None) text += "; SameSite=None";
    if (this.isPartitioned) text += "; Partitioned";
    return text;
  }

  /** Why `build` gave null; "" when it did not. */
  get reason(): string {
    return this.refusal;
  }

  private check(): string {
    if (!isToken(this.name)) return "a cookie's name is a token (RFC 6265 §4.1.1)";
    if (!isCookieValue(this.value))
      return "a cookie's value has no controls, spaces, quotes, commas, semicolons, backslashes";
    const domain = this.domainValue;
    if (domain !== null && !isDomain(domain)) return "a cookie's domain is letters, digits, dots and hyphens";
    const path = this.pathValue;
    if (path !== null && !isPath(path))
      return "a cookie's path starts with '/' and has no controls and semicolons";
    if (!this.isSecure) {
      if (this.site == SameSite.None) return "SameSite=None needs Secure";
      if (this.isPartitioned) return "Partitioned needs Secure";
      if (hasPrefix(this.name, "__secure-") || hasPrefix(this.name, "__host-"))
        return "a prefixed cookie needs Secure";
    }
    if (hasPrefix(this.name, "__host-")) {
      if (domain !== null) return "a __Host- cookie has no Domain";
      if (path === null || path != "/") return "a __Host- cookie needs Path=/";
    }
    return "";
  }
}

/** Whether `text` starts with `prefix`, which is in lower case; browsers compare prefixes without regard to case. */
function hasPrefix(text: string, prefix: string): bool {
  if (text.length < prefix.length) return false;
  for (let i = 0; i < prefix.length; ++i) {
    const unit = text.charCodeAt(i);
    if ((unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit) != prefix.charCodeAt(i)) return false;
  }
  return true;
}

/** RFC 9110 §5.6.2. */
function isToken(text: string): bool {
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f || '"(),/:;<=>?@[\\]{}'.includes(String.fromCharCode(unit)))
      return false;
  }
  return text.length > 0;
}

/** The octets of RFC 6265 §4.1.1, with or without quotes around them all. */
function isCookieValue(text: string): bool {
  const last = text.length - 1;
  const quoted = last > 0 && text.charCodeAt(0) == 0x22 && text.charCodeAt(last) == 0x22;
  const end = quoted ? last : text.length;
  for (let i = quoted ? 1 : 0; i < end; ++i) {
    const unit = text.charCodeAt(i);
    if (unit <= 0x20 || unit >= 0x7f || unit == 0x22 || unit == 0x2c || unit == 0x3b || unit == 0x5c)
      return false;
  }
  return true;
}

function isDomain(text: string): bool {
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    const letter = (unit | 0x20) >= 0x61 && (unit | 0x20) <= 0x7a;
    if (!letter && !(unit >= 0x30 && unit <= 0x39) && unit != 0x2d && unit != 0x2e) return false;
  }
  return text.length > 0;
}

function isPath(text: string): bool {
  if (text.length == 0 || text.charCodeAt(0) != 0x2f) return false;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit >= 0x7f || unit == 0x3b) return false;
  }
  return true;
}
