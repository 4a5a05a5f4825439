import type { Exchange, HttpMessage } from "../http/exchange.js";

const owners = new WeakMap<HttpMessage, Exchange>();

/** Lets a check on what upstream or client got show the whole stream. */
export function rememberMessages(exchange: Exchange): Exchange {
  for (const message of [exchange.upstream, exchange.response])
    if (message !== null) owners.set(message, exchange);
  return exchange;
}

/** Null for a message that no `startFilter` made. */
export function exchangeOf(message: HttpMessage | null): Exchange | null {
  return message === null ? null : (owners.get(message) ?? null);
}
