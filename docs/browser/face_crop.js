// A square of a picture -> what a model takes; as ferkeras/prepare/face_crop.py.

/**
 * Cut out a square, make it grey where wanted, and make it smaller by averaging pixels.
 *
 * Grey is luma, 0.299 R + 0.587 G + 0.114 B. Over the border the edge is repeated.
 *
 * @param {ImageData} picture RGBA, 0..255.
 * @param {{x: number, y: number, side: number}} square in pixels.
 * @param {{height: number, width: number, channels: number}} input of the card.
 * @returns {Float32Array} (height, width, channels), whole values 0..255; grey or RGB.
 */
export function faceCrop(picture, square, input) {
  const size = input.width, side = Math.max(1, roundToEven(square.side));
  if (side < size) {
    throw new Error(`the square has ${side} pixels a side, ${size} are needed: draw a larger one`);
  }
  const left = roundToEven(square.x + square.side / 2 - side / 2);
  const top = roundToEven(square.y + square.side / 2 - side / 2);
  const inside = (place, limit) => Math.min(Math.max(place, 0), limit - 1);
  const planes = Array.from({ length: input.channels }, () => new Float64Array(side * side));
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const y = inside(top + row, picture.height), x = inside(left + column, picture.width);
      const rgb = picture.data.subarray(4 * (y * picture.width + x));
      const place = row * side + column;
      if (input.channels === 1) {
        planes[0][place] = Math.round(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]);
      } else {
        planes.forEach((plane, channel) => { plane[place] = rgb[channel]; });
      }
    }
  }
  const crop = new Float32Array(size * size * input.channels);
  planes.map((plane) => averaged(plane, side, size)).forEach((plane, channel) => {
    plane.forEach((value, place) => { crop[place * input.channels + channel] = value; });
  });
  return crop;
}

/** A square plane made smaller: each new pixel is the mean of the area that it covers. */
function averaged(plane, side, size) {
  const weights = shares(side, size), small = new Float64Array(size * size);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      let sum = 0;
      for (const [y, down] of weights[row]) {
        for (const [x, across] of weights[column]) sum += down * across * plane[y * side + x];
      }
      small[row * size + column] = roundToEven(sum);
    }
  }
  return small;
}

/** For each new pixel along one side: which old pixels it covers, and with what share. */
function shares(side, size) {
  const step = side / size;
  return Array.from({ length: size }, (_, number) => {
    const from = number * step, to = Math.min(from + step, side), found = [];
    for (let place = Math.floor(from); place < to - 1e-9; place++) {
      found.push([place, (Math.min(place + 1, to) - Math.max(place, from)) / step]);
    }
    return found;
  });
}

/** To whole numbers, halves to even ones: as Python and OpenCV round. */
function roundToEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
