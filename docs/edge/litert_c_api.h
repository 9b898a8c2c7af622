// What classify.cc uses of LiteRT's C API, for a build against the library in the Python package
// ai-edge-litert 2.3, which ships no headers. In a program of yours include LiteRT's own instead:
// litert/c/litert_environment.h, litert_model.h, litert_options.h, litert_compiled_model.h and
// litert_tensor_buffer.h of the version that you link.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {
typedef int LiteRtStatus;  // 0: all is well
typedef struct LiteRtEnvironmentT* LiteRtEnvironment;
typedef struct LiteRtModelT* LiteRtModel;
typedef struct LiteRtOptionsT* LiteRtOptions;
typedef struct LiteRtCompiledModelT* LiteRtCompiledModel;
typedef struct LiteRtTensorBufferT* LiteRtTensorBuffer;

enum { kLiteRtElementTypeFloat32 = 1 };
enum { kLiteRtHwAcceleratorCpu = 1 };
enum { kLiteRtTensorBufferTypeHostMemory = 1 };
enum { kLiteRtTensorBufferLockModeRead = 0, kLiteRtTensorBufferLockModeWrite = 1 };

typedef struct {
  unsigned int rank : 7;
  unsigned int has_strides : 1;
  int32_t dimensions[8];
  uint32_t strides[8];
} LiteRtLayout;

typedef struct {
  int element_type;
  LiteRtLayout layout;
} LiteRtRankedTensorType;

LiteRtStatus LiteRtCreateEnvironment(int count, const void* options, LiteRtEnvironment* made);
LiteRtStatus LiteRtCreateModelFromFile(LiteRtEnvironment, const char* path, LiteRtModel* made);
LiteRtStatus LiteRtCreateOptions(LiteRtOptions* made);
LiteRtStatus LiteRtSetOptionsHardwareAccelerators(LiteRtOptions, int accelerators);
LiteRtStatus LiteRtCreateCompiledModel(LiteRtEnvironment, LiteRtModel, LiteRtOptions,
                                       LiteRtCompiledModel* made);
LiteRtStatus LiteRtCompiledModelResizeInputTensor(LiteRtCompiledModel, size_t signature,
                                                  size_t input, const int* shape, size_t rank);
LiteRtStatus LiteRtCreateManagedTensorBuffer(LiteRtEnvironment, int kind,
                                             const LiteRtRankedTensorType*, size_t bytes,
                                             LiteRtTensorBuffer* made);
LiteRtStatus LiteRtLockTensorBuffer(LiteRtTensorBuffer, void** memory, int mode);
LiteRtStatus LiteRtUnlockTensorBuffer(LiteRtTensorBuffer);
LiteRtStatus LiteRtRunCompiledModel(LiteRtCompiledModel, size_t signature, size_t inputs,
                                    LiteRtTensorBuffer* input, size_t outputs,
                                    LiteRtTensorBuffer* output);
void LiteRtDestroyTensorBuffer(LiteRtTensorBuffer);
void LiteRtDestroyCompiledModel(LiteRtCompiledModel);
void LiteRtDestroyOptions(LiteRtOptions);
void LiteRtDestroyModel(LiteRtModel);
void LiteRtDestroyEnvironment(LiteRtEnvironment);
}
