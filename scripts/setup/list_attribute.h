// Included before the sources of tfjs-node's addon (compiler.mjs). The addon can set an operation's attribute to one
// text, but to no list, which TensorFlow's fused convolution needs. Here the first character of a text may say that it
// is a list:
//   0x1f  a list of texts, with that character before each of them (fused_ops);
//   0x1e  a list of types, each the character with the number of a TF_DataType (TArgs).
#include <cstring>
#include <vector>
#include "tensorflow/c/eager/c_api.h"

inline void SetTextList(TFE_Op* op, const char* name, const char* text, const char* end) {
  const char separator = *text++;
  std::vector<const void*> items;
  std::vector<size_t> lengths;
  for (;;) {
    const void* found = std::memchr(text, separator, end - text);
    const char* item_end = found ? static_cast<const char*>(found) : end;
    items.push_back(text);
    lengths.push_back(item_end - text);
    if (!found) break;
    text = item_end + 1;
  }
  TFE_OpSetAttrStringList(op, name, items.data(), lengths.data(), static_cast<int>(items.size()));
}

inline void SetTypeList(TFE_Op* op, const char* name, const char* text, const char* end) {
  std::vector<TF_DataType> types;
  while (++text < end) types.push_back(static_cast<TF_DataType>(*text));
  TFE_OpSetAttrTypeList(op, name, types.data(), static_cast<int>(types.size()));
}

inline void SetTextOrList(TFE_Op* op, const char* name, const void* value, size_t length) {
  const char* text = static_cast<const char*>(value);
  const char kind = length > 0 ? *text : 0;
  if (kind == 0x1f) return SetTextList(op, name, text, text + length);
  if (kind == 0x1e) return SetTypeList(op, name, text, text + length);
  TFE_OpSetAttrString(op, name, value, length);
}

#define TFE_OpSetAttrString SetTextOrList
