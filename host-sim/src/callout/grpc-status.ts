import type { ByteString } from "../byte-string.js";

/** The statuses that Envoy makes up itself. */
export const GrpcStatus = { Ok: 0, Unknown: 2, Unimplemented: 12, Internal: 13, Unavailable: 14 } as const;

/** The text of a final status: the server's, if any, with Envoy's response code details behind it. */
export function withDetails(message: ByteString, details: ByteString): ByteString {
  return message === "" ? details : `${message}{${details}}`;
}

const byHttpStatus: ReadonlyMap<number, number> = new Map([
  [400, 13],
  [401, 16],
  [403, 7],
  [404, 12],
  [429, 14],
  [502, 14],
  [503, 14],
  [504, 14],
]);

/** The status of an answer that is no gRPC, by its HTTP status. */
export function grpcStatusOf(httpStatus: number): number {
  return byHttpStatus.get(httpStatus) ?? GrpcStatus.Unknown;
}
