import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "../processes.js";

/** Files in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** The authority that signed it. */
  readonly ca: string;
}

/** A certificate for 127.0.0.1, signed by an authority of its own. */
export async function makeCertificate(parent: string): Promise<Certificate> {
  const folder = join(parent, "certificate");
  await mkdir(folder, { recursive: true });
  const openssl = (...args: string[]) => run("openssl", args, { cwd: folder });
  const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

  await openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=registry-test authority"],
    ...["-keyout", "ca-key.pem", "-out", "ca.crt"],
  );
  await openssl("req", ...newKey, "-subj", "/CN=registry-test", "-keyout", "key.pem", "-out", "request.pem");
  await writeFile(join(folder, "extensions"), "subjectAltName=IP:127.0.0.1,DNS:localhost\n");
  await openssl(
    ...["x509", "-req", "-in", "request.pem", "-CA", "ca.crt", "-CAkey", "ca-key.pem", "-CAcreateserial"],
    ...["-days", "2", "-extfile", "extensions", "-out", "cert.pem"],
  );
  return { cert: join(folder, "cert.pem"), key: join(folder, "key.pem"), ca: join(folder, "ca.crt") };
}
