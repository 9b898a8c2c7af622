// Released ONNX files in the browser build of ONNX Runtime (WASM), in headless Chromium, against
// ONNX Runtime in Python; and the page in docs/browser. Started by scripts/test_browser, with
// BROWSER (the program), PACKAGES (a folder with node_modules) and CASES (from make_cases.py).
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { serve } from "./server.mjs";

const { BROWSER, PACKAGES, CASES, SCREENSHOT } = process.env;
const { chromium } = createRequire(path.resolve(PACKAGES, "package.json"))("playwright-core");
const { cases, photo } = JSON.parse(readFileSync(path.join(CASES, "cases.json"), "utf8"));
const PAGE = "/docs/browser/index.html", PATIENCE = { timeout: 120_000 };
const profile = mkdtempSync(path.join(tmpdir(), "browser-"));
let server, browser;

before(async () => {
  server = await serve([
    ["/docs/browser/node_modules", path.resolve(PACKAGES, "node_modules")],
    ["/cases", path.resolve(CASES)],
    ["", path.resolve(".")],
  ]);
  browser = await chromium.launchPersistentContext(profile, {
    executablePath: BROWSER,
    headless: true,
    viewport: { width: 1100, height: 800 },
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
}, PATIENCE);

after(async () => {
  await browser?.close();
  server?.close();
  rmSync(profile, { recursive: true, force: true });
});

async function open(model) {
  const page = await browser.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.message));
  await page.goto(`${server.address}${PAGE}?model=${model}`);
  const started = () => !document.getElementById("status").textContent.startsWith("Load");
  await page.waitForFunction(started);
  return { page, wrong, status: () => page.textContent("#status") };
}

const largest = (got, expected) =>
  Math.max(...expected.map((one, place) => Math.abs(one - got[place])));
const best = (shares, labels) => labels[shares.indexOf(Math.max(...shares))];

for (const one of cases) {
  test(`${one.model}, batch ${one.batch}: as in Python`, PATIENCE, async (t) => {
    const { page } = await open("/saved_models/mff_cnn/fer2013");
    const { got, took } = await page.evaluate(async ({ model, inputs }) => {
      const { Classifier } = await import("./classifier.js");
      const classifier = await Classifier.open(model);
      const feeds = {};
      for (const [name, { file, dims, type }] of Object.entries(inputs)) {
        const bytes = await (await fetch(`/cases/${file}`)).arrayBuffer();
        feeds[name] = { data: new (type === "int32" ? Int32Array : Float32Array)(bytes), dims };
      }
      const got = Array.from(await classifier.probabilities(feeds));
      const times = [];
      for (let run = 0; run < 10; run++) {
        const from = performance.now();
        await classifier.probabilities(feeds);
        times.push(performance.now() - from);
      }
      return { got, took: times.sort((a, b) => a - b)[5] };
    }, one);
    const difference = largest(got, one.expected), classes = one.labels.length;
    t.diagnostic(`largest difference ${difference.toExponential(1)}, ${took.toFixed(1)} ms`);
    assert.equal(got.length, one.expected.length);
    assert.ok(difference < 1e-4);
    for (let row = 0; row < one.batch; row++) {
      const label = (shares) => best(shares.slice(row * classes, (row + 1) * classes), one.labels);
      assert.equal(label(got), label(one.expected));
    }
    await page.close();
  });
}

test("a photo and a square in the page: the crop and the label of Python", PATIENCE, async () => {
  const { page, wrong, status } = await open(`/saved_models/${photo.model}`);
  await page.setInputFiles("#photo", path.join(CASES, "astronaut.png"));
  await page.waitForFunction(() => document.getElementById("picture").width === 512);
  const shown = await page.locator("#picture").boundingBox(), scale = shown.width / 512;
  const { x, y, side } = photo.square;
  const at = (dx, dy) => [shown.x + (x + dx) * scale, shown.y + (y + dy) * scale];
  await page.mouse.move(...at(0, 0));
  await page.mouse.down();
  await page.mouse.move(...at(side, side), { steps: 3 });
  await page.mouse.up();
  await page.waitForSelector("#answer tr");
  assert.match(await status(), new RegExp(`^${photo.label}, \\d+\\.\\d %`));
  assert.equal(await page.textContent("#answer tr.best td"), photo.label);
  if (SCREENSHOT) await page.screenshot({ path: SCREENSHOT });
  const answer = await page.evaluate(async ({ square, model }) => {
    const { Classifier } = await import("./classifier.js");
    const { faceCrop } = await import("./face_crop.js");
    const { card, session } = await Classifier.open(`/saved_models/${model}`);
    const bitmap = await createImageBitmap(await (await fetch("/cases/astronaut.png")).blob());
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const pixels = context.getImageData(0, 0, bitmap.width, bitmap.height);
    const crop = faceCrop(pixels, square, card.input);
    const whole = new Classifier(card, session);
    const shares = await whole.probabilities({ input: { data: crop, dims: [1, 48, 48, 1] } });
    return { crop: Array.from(crop), shares: Array.from(shares) };
  }, photo);
  assert.equal(answer.crop.length, photo.crop.length);
  assert.ok(largest(answer.crop, photo.crop) <= 1);  // grey levels: OpenCV adds up in float32
  assert.ok(largest(answer.shares, photo.expected) < 0.01);
  assert.deepEqual(wrong, []);
  await page.close();
});

for (const [model, said] of [
  ["/cases/changed", /model\.onnx: is not the file that card\.json names \(SHA-256\)/],
  ["/cases/swapped", /model\.onnx: is not the file that card\.json names \(SHA-256\)/],
  ["/cases/cut", /model\.onnx: not a usable ONNX file \(.+\)/],
  ["/cases/nowhere", /card\.json: 404/],
  ["/saved_models/cs_gbsbf/fer2013-small", /takes more than a square face/],
]) {
  test(`${model}: one clear line in the page`, PATIENCE, async () => {
    const { page, wrong, status } = await open(model);
    assert.match(await status(), said);
    assert.equal(await page.getAttribute("#status", "class"), "error");
    assert.ok(await page.isDisabled("#photo"));
    assert.deepEqual(wrong, []);
    await page.close();
  });
}

test("no picture, a square too small, a wrong shape: one clear line", PATIENCE, async () => {
  const { page, status } = await open(`/saved_models/${photo.model}`);
  await page.setInputFiles("#photo", path.join(CASES, "cases.json"));
  await page.waitForFunction(() => document.getElementById("status").className === "error");
  assert.match(await status(), /cases\.json: is no picture/);
  await page.setInputFiles("#photo", path.join(CASES, "astronaut.png"));
  await page.waitForFunction(() => document.getElementById("picture").width === 512);
  const shown = await page.locator("#picture").boundingBox();
  await page.mouse.move(shown.x + 20, shown.y + 20);
  await page.mouse.down();
  await page.mouse.move(shown.x + 30, shown.y + 30);
  await page.mouse.up();
  await page.waitForFunction(() => document.getElementById("status").className === "error");
  assert.match(await status(), /the square has \d+ pixels a side, 48 are needed/);
  const said = await page.evaluate(async (model) => {
    const { Classifier } = await import("./classifier.js");
    const classifier = await Classifier.open(`/saved_models/${model}`);
    const attempt = (inputs) =>
      classifier.probabilities(inputs).then(() => "", (error) => error.message);
    const data = new Float32Array(48 * 48);
    return [
      await attempt({ input: { data, dims: [1, 48, 48] } }),
      await attempt({ image: { data, dims: [1, 48, 48, 1] } }),
      await attempt({ input: { data: new Int32Array(48 * 48), dims: [1, 48, 48, 1] } }),
    ];
  }, photo.model);
  assert.match(said[0], /Invalid rank for input/);
  assert.match(said[1], /got image, the model takes input/);
  assert.match(said[2], /int32/);
  await page.close();
});
