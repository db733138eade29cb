// Bundles what the browser gets from npm: htmx and its server-sent-events extension, in one file.
// Run by scripts/build_assets.py. Our own modules in static/js are served as they are.
import { copyFile, mkdir, readFile, rm } from "node:fs/promises";
import { build } from "esbuild";

const vendor = new URL("../src/fairline/web/static/vendor/", import.meta.url).pathname;
const htmx = new URL("../node_modules/htmx.org/", import.meta.url).pathname;
const { version } = JSON.parse(await readFile(`${htmx}package.json`, "utf8"));

await rm(vendor, { recursive: true, force: true });
await mkdir(vendor, { recursive: true });
await build({
  stdin: {
    // The module build hangs htmx on the window, where the extension looks for it.
    contents: 'import "htmx.org/dist/htmx.esm.js"; import "htmx.org/dist/ext/hx-sse.js";',
    resolveDir: new URL("..", import.meta.url).pathname,
  },
  bundle: true,
  minify: true,
  format: "iife",
  target: ["chrome120", "firefox121", "safari17"],
  legalComments: "none",
  banner: { js: `/* htmx ${version} with hx-sse. Licence: htmx.LICENSE.txt beside this file. */` },
  outfile: `${vendor}htmx.js`,
  logLevel: "warning",
});
await copyFile(`${htmx}LICENSE`, `${vendor}htmx.LICENSE.txt`);
console.log(`assets: htmx ${version} bundled by esbuild`);
