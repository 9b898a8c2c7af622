// A released or exported model in the browser: its card, its ONNX file, class probabilities.
import * as ort from "onnxruntime-web";

/** An opened model; made by `Classifier.open`. */
export class Classifier {
  /** @param {object} card what card.json holds. @param {ort.InferenceSession} session */
  constructor(card, session) {
    this.card = card;
    this.session = session;
  }

  /**
   * Fetch and check a model.
   *
   * @param {string} folder address of an exported folder, with card.json and model.onnx in it.
   * @throws {Error} a file that is not there, that the card does not name, or that is damaged.
   */
  static async open(folder) {
    const card = await (await fetched(`${folder}/card.json`)).json().catch((error) => {
      throw new Error(`${folder}/card.json: is no JSON (${error.message})`);
    });
    const address = `${folder}/model.onnx`;
    const content = await (await fetched(address)).arrayBuffer();
    if (!globalThis.crypto?.subtle) {
      throw new Error("the model cannot be checked; serve this page by https or from localhost");
    }
    if ((await sha256(content)) !== card.files?.["model.onnx"]) {
      throw new Error(`${address}: is not the file that card.json names (SHA-256); copy both`);
    }
    try {
      return new Classifier(card, await ort.InferenceSession.create(content));
    } catch (error) {
      throw new Error(`${address}: not a usable ONNX file (${error.message ?? error})`);
    }
  }

  /**
   * Class probabilities.
   *
   * @param {Object<string, {data: ArrayBufferView, dims: number[]}>} inputs by name: `input`,
   *   float32 (batch, height, width, channels), 0..255; or `image`, such an array, `nodes`, float32
   *   (batch, nodes, features), and `edges`, int32 (batch, 2, edges).
   * @returns {Promise<Float32Array>} (batch, classes), one row behind the other.
   * @throws {Error} other names, types or shapes.
   */
  async probabilities(inputs) {
    const { inputNames, outputNames } = this.session;
    if (`${Object.keys(inputs).sort()}` !== `${[...inputNames].sort()}`) {
      throw new Error(`got ${Object.keys(inputs)}, the model takes ${inputNames}`);
    }
    const feeds = {};
    for (const [name, { data, dims }] of Object.entries(inputs)) {
      const type = data instanceof Int32Array ? "int32" : "float32";
      feeds[name] = new ort.Tensor(type, data, dims);
    }
    return (await this.session.run(feeds))[outputNames[0]].data;
  }
}

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status} ${answer.statusText}`);
  return answer;
}

async function sha256(content) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
