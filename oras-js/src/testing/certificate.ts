import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

// A key in the repository would be one that secret scanners report, so it is made when needed.
const folder = mkdtempSync(join(tmpdir(), "certificate-"));

/** A certificate for 127.0.0.1 and registry.test that signed itself, and its key. */
export const { key, cert } = make();

function make(): { key: string; cert: string } {
  try {
    execFileSync(
      "openssl",
      [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
      ].concat([
        "-subj",
        "/CN=test",
        "-addext",
        "subjectAltName=IP:127.0.0.1,DNS:registry.test",
        "-keyout",
        "key.pem",
        "-out",
        "cert.pem",
      ]),
      { cwd: folder, stdio: "ignore" },
    );
    return {
      key: readFileSync(join(folder, "key.pem"), "utf8"),
      cert: readFileSync(join(folder, "cert.pem"), "utf8"),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
