// Serves folders on localhost, each under an address of its own.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";

const TYPES = {
  ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript",
  ".json": "application/json", ".wasm": "application/wasm", ".png": "image/png",
};

/**
 * @param {Array<[string, string]>} places address -> folder; the first that fits counts.
 * @returns {Promise<{address: string, close: function(): void}>}
 */
export async function serve(places) {
  const server = createServer(async (request, answer) => {
    const asked = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    const [address, folder] = places.find(([one]) => asked.startsWith(one)) ?? [];
    const file = folder && path.join(folder, asked.slice(address.length));
    try {
      if (!file?.startsWith(folder)) throw new Error("outside");
      const content = await readFile(file);
      const type = TYPES[path.extname(file)] ?? "application/octet-stream";
      answer.writeHead(200, { "content-type": type });
      answer.end(content);
    } catch {
      answer.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { address: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}
