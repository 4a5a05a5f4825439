import { deflateSync, inflateSync } from "node:zlib";
import { Status } from "../abi/enums.js";
import { done, failed, type ForeignFunction } from "./foreign-function.js";

/** A zlib stream. Another implementation than Envoy's: the bytes may differ, what they unpack to does not. */
export const compress: ForeignFunction = (args) => done(deflateSync(args));

export const uncompress: ForeignFunction = (args) => {
  try {
    return done(inflateSync(args));
  } catch {
    return failed(Status.SerializationFailure);
  }
};
