// The page: a photo, a square drawn around a face, the model's answer.
import { Classifier } from "./classifier.js";
import { faceCrop } from "./face_crop.js";

const RELEASED = "../../saved_models/mff_cnn/fer2013";
const MODEL = new URLSearchParams(location.search).get("model") ?? RELEASED;
const part = (name) => document.getElementById(name);
const canvas = part("picture"), context = canvas.getContext("2d", { willReadFrequently: true });
let classifier, photo, start;

async function begin() {
  classifier = await Classifier.open(MODEL);
  const { input, system, tag, intended_use: use, not_for: not } = classifier.card;
  const plain = input.kind === "face_crop" && !input.graph && !input.resolution && !input.align;
  if (!plain || input.margin || input.height !== input.width) {
    throw new Error(`${system}/${tag} takes more than a square face; this page makes only that`);
  }
  Object.assign(part("crop"), { width: input.width, height: input.height });
  part("use").textContent = [use, not].filter(Boolean).join(" ");
  part("photo").disabled = false;
  say(`${system}/${tag} is ready. Choose a photo, then draw a square around a face.`);
}

async function choose() {
  const [file] = part("photo").files;
  if (!file) return;
  photo = await createImageBitmap(file).catch(() => {
    throw new Error(`${file.name}: is no picture that this browser can read`);
  });
  [canvas.width, canvas.height] = [photo.width, photo.height];
  context.drawImage(photo, 0, 0);
  say("Draw a square around a face.");
}

async function recognise(square) {
  context.drawImage(photo, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  frame(square);
  const { input, labels } = classifier.card;
  const crop = faceCrop(pixels, square, input);
  show(crop, input);
  const before = performance.now();
  const dims = [1, input.height, input.width, input.channels];
  const shares = await classifier.probabilities({ input: { data: crop, dims } });
  const took = performance.now() - before;
  const best = shares.indexOf(Math.max(...shares));
  const rows = labels.map((label, place) => row(label, shares[place], place === best));
  part("answer").replaceChildren(...rows);
  say(`${labels[best]}, ${(100 * shares[best]).toFixed(1)} % (${took.toFixed(1)} ms)`);
}

function frame({ x, y, side }) {
  context.drawImage(photo, 0, 0);
  context.strokeStyle = "#fc0";
  context.lineWidth = Math.max(2, canvas.width / 200);
  context.strokeRect(x, y, side, side);
}

function row(label, share, best) {
  const line = document.createElement("tr"), meter = document.createElement("meter");
  meter.value = share;
  [label, meter, `${(100 * share).toFixed(1)} %`].forEach((what) => line.insertCell().append(what));
  line.className = best ? "best" : "";
  return line;
}

function show(crop, { width, height, channels }) {
  const seen = new ImageData(width, height);
  for (let place = 0; place < width * height; place++) {
    for (let c = 0; c < 3; c++) seen.data[4 * place + c] = crop[place * channels + (c % channels)];
    seen.data[4 * place + 3] = 255;
  }
  part("crop").getContext("2d").putImageData(seen, 0, 0);
}

function say(text, error = false) {
  part("status").textContent = text;
  part("status").className = error ? "error" : "";
}

function place(event) {
  const shown = canvas.getBoundingClientRect();
  const x = ((event.clientX - shown.left) * canvas.width) / shown.width;
  return { x, y: ((event.clientY - shown.top) * canvas.height) / shown.height };
}

function square(from, to) {
  const side = Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  const x = to.x < from.x ? from.x - side : from.x, y = to.y < from.y ? from.y - side : from.y;
  return { x, y, side };
}

const told = (work) => (event) => work(event)?.catch((error) => say(error.message, true));

part("photo").addEventListener("change", told(choose));
canvas.addEventListener("pointerdown", (event) => {
  if (!photo) return;
  start = place(event);
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  if (start) frame(square(start, place(event)));
});
canvas.addEventListener("pointerup", told((event) => {
  if (!start) return undefined;
  const drawn = square(start, place(event));
  start = undefined;
  return recognise(drawn);
}));
told(begin)();
