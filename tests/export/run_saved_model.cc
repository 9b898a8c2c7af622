// Runs one signature of a SavedModel by TensorFlow's own loader, as TensorFlow Serving does.
//   run_saved_model <folder> <signature> <input> floats <file> <axis> <axis> ...
//   run_saved_model <folder> <signature> <input> files <file> <file> ...
// Prints each float output as "<name> <value> <value> ...", or the error, with status 1.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "tensorflow/cc/saved_model/loader.h"
#include "tensorflow/core/framework/tensor.h"
#include "tensorflow/core/public/session.h"
#include "tensorflow/core/public/session_options.h"

namespace {

std::string content(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

tensorflow::Tensor floats(const std::string& bytes, const std::vector<std::string>& axes) {
  tensorflow::TensorShape shape;
  for (const auto& axis : axes) shape.AddDim(std::stoll(axis));
  tensorflow::Tensor tensor(tensorflow::DT_FLOAT, shape);
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(tensor.flat<float>().data()));
  return tensor;
}

tensorflow::Tensor files(const std::vector<std::string>& paths) {
  tensorflow::Tensor tensor(tensorflow::DT_STRING, {static_cast<int64_t>(paths.size())});
  for (size_t i = 0; i < paths.size(); ++i) {
    tensor.flat<tensorflow::tstring>()(i) = content(paths[i].c_str());
  }
  return tensor;
}

int failed(const absl::Status& status) {
  std::cerr << status.message() << "\n";
  return 1;
}

}  // namespace

int main(int count, char** words) {
  const std::vector<std::string> given(words + 1, words + count);
  tensorflow::SavedModelBundle bundle;
  auto status = tensorflow::LoadSavedModel({}, {}, given[0], {"serve"}, &bundle);
  if (!status.ok()) return failed(status);
  const auto& signature = bundle.GetSignatures().at(given[1]);
  const std::vector<std::string> rest(given.begin() + (given[3] == "floats" ? 5 : 4), given.end());
  const auto tensor =
      given[3] == "floats" ? floats(content(given[4].c_str()), rest) : files(rest);
  std::vector<std::string> names, places;
  for (const auto& output : signature.outputs()) {
    if (output.second.dtype() != tensorflow::DT_FLOAT) continue;
    names.push_back(output.first);
    places.push_back(output.second.name());
  }
  std::vector<tensorflow::Tensor> answers;
  status = bundle.GetSession()->Run({{signature.inputs().at(given[2]).name(), tensor}}, places, {},
                                    &answers);
  if (!status.ok()) return failed(status);
  for (size_t i = 0; i < answers.size(); ++i) {
    std::cout << names[i];
    std::cout.precision(9);
    for (int64_t j = 0; j < answers[i].NumElements(); ++j) {
      std::cout << " " << answers[i].flat<float>()(j);
    }
    std::cout << "\n";
  }
}
