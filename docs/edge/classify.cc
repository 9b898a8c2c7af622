// A face crop -> the probability of each label, with LiteRT's C API and nothing of Python.
//
//     classify model.tflite labels.txt crop.raw side
//
// crop.raw holds side x side grey bytes, row by row: the crop as docs/edge.md describes it.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "litert_c_api.h"

namespace {

void Check(LiteRtStatus status, const char* what) {
  if (status == 0) return;
  std::fprintf(stderr, "error: %s: LiteRT says %d\n", what, status);
  std::exit(1);
}

LiteRtTensorBuffer MakeBuffer(LiteRtEnvironment environment, const std::vector<int>& shape,
                              size_t values) {
  LiteRtRankedTensorType type = {};
  type.element_type = kLiteRtElementTypeFloat32;
  type.layout.rank = shape.size();
  for (size_t axis = 0; axis < shape.size(); ++axis) type.layout.dimensions[axis] = shape[axis];
  LiteRtTensorBuffer buffer;
  Check(LiteRtCreateManagedTensorBuffer(environment, kLiteRtTensorBufferTypeHostMemory, &type,
                                        values * sizeof(float), &buffer),
        "memory");
  return buffer;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: classify model.tflite labels.txt crop.raw side\n");
    return 2;
  }
  std::vector<std::string> labels;
  std::ifstream names(argv[2]);
  for (std::string line; std::getline(names, line);) labels.push_back(line);
  std::ifstream file(argv[3], std::ios::binary);
  const std::vector<unsigned char> bytes((std::istreambuf_iterator<char>(file)), {});
  const int side = std::atoi(argv[4]);
  if (labels.empty() || side < 1 || bytes.size() != static_cast<size_t>(side) * side) {
    std::fprintf(stderr, "error: %s has %zu bytes, expected %d x %d; or %s has no labels\n",
                 argv[3], bytes.size(), side, side, argv[2]);
    return 2;
  }
  const std::vector<float> crop(bytes.begin(), bytes.end());  // 0..255: the model scales itself

  LiteRtEnvironment environment;
  LiteRtModel model;
  LiteRtOptions options;
  LiteRtCompiledModel compiled;
  Check(LiteRtCreateEnvironment(0, nullptr, &environment), "environment");
  Check(LiteRtCreateModelFromFile(environment, argv[1], &model), argv[1]);
  Check(LiteRtCreateOptions(&options), "options");
  Check(LiteRtSetOptionsHardwareAccelerators(options, kLiteRtHwAcceleratorCpu), "options");
  Check(LiteRtCreateCompiledModel(environment, model, options, &compiled), argv[1]);

  const std::vector<int> shape = {1, side, side, 1};  // the batch is open in the file: set it
  Check(LiteRtCompiledModelResizeInputTensor(compiled, 0, 0, shape.data(), shape.size()), "shape");
  LiteRtTensorBuffer input = MakeBuffer(environment, shape, crop.size());
  LiteRtTensorBuffer output =
      MakeBuffer(environment, {1, static_cast<int>(labels.size())}, labels.size());
  void* memory;
  Check(LiteRtLockTensorBuffer(input, &memory, kLiteRtTensorBufferLockModeWrite), "input");
  std::memcpy(memory, crop.data(), crop.size() * sizeof(float));
  Check(LiteRtUnlockTensorBuffer(input), "input");

  Check(LiteRtRunCompiledModel(compiled, 0, 1, &input, 1, &output), "run");

  Check(LiteRtLockTensorBuffer(output, &memory, kLiteRtTensorBufferLockModeRead), "output");
  for (size_t at = 0; at < labels.size(); ++at) {
    std::printf("%s %.6f\n", labels[at].c_str(), static_cast<const float*>(memory)[at]);
  }
  Check(LiteRtUnlockTensorBuffer(output), "output");
  LiteRtDestroyTensorBuffer(input);
  LiteRtDestroyTensorBuffer(output);
  LiteRtDestroyCompiledModel(compiled);
  LiteRtDestroyOptions(options);
  LiteRtDestroyModel(model);
  LiteRtDestroyEnvironment(environment);
  return 0;
}
