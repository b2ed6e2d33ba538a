/* session_values.c - each type of value on the wire and in the application's hands.
 * SPDX-License-Identifier: Apache-2.0 */
#include "nbiot_mock.h"

#include "scene.h"

static nbiot_value_t value_of(uint8_t type, uint8_t flag) {
  nbiot_value_t value;
  memset(&value, 0, sizeof value);
  value.type = type;
  value.flag = flag;
  return value;
}

static nbiot_value_t buffer_of(uint8_t type, char *storage, const char *text, uint16_t capacity) {
  nbiot_value_t value = value_of(type, NBIOT_READABLE | NBIOT_WRITABLE);
  value.value.as_buf.val = storage;
  value.value.as_buf.len = (uint32_t)strlen(text);
  memcpy(storage, text, strlen(text));
  if (capacity > 0) {
    value.flag |= NBIOT_STORAGE;
    value.capacity = capacity;
  }
  return value;
}

static void start(scene_t *scene) {
  scene_open(scene, 11);
  expect_equal(scene_create(scene), NBIOT_ERR_OK, "the device is created");
}

static int32_t put_bytes(scene_t *scene, const char *path, int32_t format, const void *bytes,
                         uint32_t length) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_PUT, path);
  request.content_format = format;
  request.payload = bytes;
  request.payload_length = length;
  return scene_ask(scene, &request, NULL);
}

static int32_t get_as(scene_t *scene, const char *path, int32_t accept,
                      nbiot_mock_response_t *response) {
  nbiot_mock_request_t request = scene_request(NBIOT_MOCK_GET, path);
  request.accept = accept;
  return scene_ask(scene, &request, response);
}

static void expect_bytes(const nbiot_mock_response_t *response, const char *bytes, uint32_t length,
                         const char *sentence) {
  expect(response->payload_length == length && memcmp(response->payload, bytes, length) == 0,
         sentence);
}

typedef struct number_case {
  int64_t number;
  const char *text;
  const char *tlv;
  uint32_t length;
} number_case_t;

static void test_integers(void) {
  static const number_case_t cases[] = {
      {0, "0", "\xC1\x01\x00", 3},
      {-1, "-1", "\xC1\x01\xFF", 3},
      {127, "127", "\xC1\x01\x7F", 3},
      {128, "128", "\xC2\x01\x00\x80", 4},
      {-32769, "-32769", "\xC4\x01\xFF\xFF\x7F\xFF", 6},
      {INT64_MAX, "9223372036854775807", "\xC8\x01\x08\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 11},
      {INT64_MIN, "-9223372036854775808", "\xC8\x01\x08\x80\x00\x00\x00\x00\x00\x00\x00", 11}};
  nbiot_value_t value = value_of(NBIOT_INTEGER, NBIOT_READABLE | NBIOT_WRITABLE);
  nbiot_mock_response_t response;
  scene_t scene;
  size_t index;
  start(&scene);
  nbiot_resource_add(scene.device, 1000, 0, 1, &value);
  scene_register(&scene);
  for (index = 0; index < sizeof cases / sizeof cases[0]; index++) {
    const number_case_t *one = &cases[index];
    value.value.as_int = one->number;
    expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, one->text);
    expect_text((const char *)response.payload, one->text, "an integer is decimal text");
    expect_equal(get_as(&scene, "/1000/0/1", 11542, &response), 205, one->text);
    expect_bytes(&response, one->tlv, one->length, "an integer is the shortest TLV");
    value.value.as_int = 5;
    expect_equal(scene_put(&scene, "/1000/0/1", one->text), 204, "an integer is written as text");
    expect_equal(value.value.as_int, one->number, "and kept");
    value.value.as_int = 5;
    expect_equal(put_bytes(&scene, "/1000/0/1", 11542, one->tlv, one->length), 204,
                 "an integer is written as TLV");
    expect_equal(value.value.as_int, one->number, "and kept");
  }
  expect_equal(scene_put(&scene, "/1000/0/1", "9223372036854775808"), 400, "too large is 4.00");
  expect_equal(scene_put(&scene, "/1000/0/1", ""), 400, "nothing is no integer");
  expect_equal(value.value.as_int, INT64_MIN, "and the value stays");
  scene_close(&scene);
}

static void test_floats_and_booleans(void) {
  nbiot_value_t number = value_of(NBIOT_FLOAT, NBIOT_READABLE | NBIOT_WRITABLE);
  nbiot_value_t flag = value_of(NBIOT_BOOLEAN, NBIOT_READABLE | NBIOT_WRITABLE);
  nbiot_mock_response_t response;
  scene_t scene;
  start(&scene);
  nbiot_resource_add(scene.device, 1000, 0, 1, &number);
  nbiot_resource_add(scene.device, 1000, 0, 2, &flag);
  scene_register(&scene);
  number.value.as_float = 0.1;
  expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, "a float is read");
  expect_text((const char *)response.payload, "0.1", "as the shortest text that reads back");
  expect_equal(scene_put(&scene, "/1000/0/1", "-12.25"), 204, "a float is written");
  expect(number.value.as_float == -12.25, "exactly");
  expect_equal(get_as(&scene, "/1000/0/1", 11542, &response), 205, "a float is read as TLV");
  expect_bytes(&response, "\xC4\x01\xC1\x44\x00\x00", 6, "of four bytes, when they suffice");
  expect_equal(scene_put(&scene, "/1000/0/1", "0x10"), 400, "no hexadecimal floats");
  flag.value.as_bool = 1;
  expect_equal(scene_get(&scene, "/1000/0/2", &response), 205, "a boolean is read");
  expect_text((const char *)response.payload, "1", "as 1");
  expect_equal(scene_put(&scene, "/1000/0/2", "0"), 204, "a boolean is written");
  expect_equal(flag.value.as_bool, 0, "as 0");
  expect_equal(scene_put(&scene, "/1000/0/2", "true"), 400, "true is no boolean of LwM2M");
  scene_close(&scene);
}

static void test_strings_fill_their_storage_and_no_more(void) {
  char storage[12];
  nbiot_value_t value;
  nbiot_mock_response_t response;
  scene_t scene;
  memset(storage, '#', sizeof storage);
  value = buffer_of(NBIOT_STRING, storage, "ab", 8);
  start(&scene);
  nbiot_resource_add(scene.device, 1000, 0, 1, &value);
  scene_register(&scene);
  expect_equal(scene_put(&scene, "/1000/0/1", "12345678"), 204, "a string that just fits");
  expect_equal(value.value.as_buf.len, 8, "has its length");
  expect(memcmp(storage, "12345678####", 12) == 0, "and no terminator");
  expect_equal(scene_put(&scene, "/1000/0/1", "123456789"), 413, "one byte more is 4.13");
  expect(value.value.as_buf.len == 8 && memcmp(storage, "12345678####", 12) == 0,
         "and nothing is stored");
  expect_equal(scene_put(&scene, "/1000/0/1", ""), 204, "an empty string is a string");
  expect_equal(value.value.as_buf.len, 0, "of length 0");
  expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, "and can be read");
  expect_equal(response.payload_length, 0, "as nothing");
  expect_equal(scene_put(&scene, "/1000/0/1", "\xC3\x28"), 400, "ill-formed UTF-8 is 4.00");
  scene_close(&scene);
}

static void test_buffers_without_storage_cannot_be_written(void) {
  char text[8];
  nbiot_value_t value = buffer_of(NBIOT_STRING, text, "abc", 0);
  scene_t scene;
  start(&scene);
  value.capacity = 8;
  nbiot_resource_add(scene.device, 1000, 0, 1, &value);
  scene_register(&scene);
  expect_equal(scene_put(&scene, "/1000/0/1", "x"), 405, "without NBIOT_STORAGE a write is 4.05");
  expect(memcmp(text, "abc", 3) == 0 && value.value.as_buf.len == 3, "and the text stays");
  scene_close(&scene);
}

static void test_opaque(void) {
  char storage[8];
  nbiot_value_t value;
  nbiot_mock_response_t response;
  scene_t scene;
  memset(storage, '#', sizeof storage);
  value = buffer_of(NBIOT_BINARY, storage, "\xE3\x65", 6);
  start(&scene);
  nbiot_resource_add(scene.device, 1000, 0, 1, &value);
  scene_register(&scene);
  expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, "opaque is read");
  expect_equal(response.content_format, 42, "as octet-stream");
  expect_bytes(&response, "\xE3\x65", 2, "byte by byte");
  expect_equal(put_bytes(&scene, "/1000/0/1", 42, "\x00\x01\xFF", 3), 204, "opaque is written");
  expect(value.value.as_buf.len == 3 && memcmp(storage, "\x00\x01\xFF", 3) == 0, "zeros included");
  expect_equal(put_bytes(&scene, "/1000/0/1", 0, "AQIDBAUG", 8), 204, "as base64 text");
  expect(value.value.as_buf.len == 6 && memcmp(storage, "\1\2\3\4\5\6##", 8) == 0, "decoded");
  expect_equal(get_as(&scene, "/1000/0/1", 0, &response), 205, "opaque is read as text");
  expect_text((const char *)response.payload, "AQIDBAUG", "in base64");
  expect_equal(put_bytes(&scene, "/1000/0/1", 42, "1234567", 7), 413, "too long is 4.13");
  scene_close(&scene);
}

static void test_hexadecimal_strings(void) {
  char storage[12];
  nbiot_value_t value;
  nbiot_mock_response_t response;
  scene_t scene;
  memset(storage, '#', sizeof storage);
  value = buffer_of(NBIOT_HEX_STRING, storage, "313233", 9);
  start(&scene);
  nbiot_resource_add(scene.device, 1000, 0, 1, &value);
  scene_register(&scene);
  expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, "a hex string is read");
  expect_text((const char *)response.payload, "123", "on the wire are the bytes");
  expect_equal(get_as(&scene, "/1000/0", 11542, &response), 205, "as TLV too");
  expect_bytes(&response, "\xC3\x01"
                          "123", 5, "with the same bytes");
  expect_equal(scene_put(&scene, "/1000/0/1", "JKL~"), 204, "a hex string is written");
  expect(value.value.as_buf.len == 8 && memcmp(storage, "4A4B4C7E####", 12) == 0,
         "the application has the digits, and no terminator");
  expect_equal(scene_put(&scene, "/1000/0/1", "12345"), 413, "five bytes do not fit nine digits");
  expect_equal(value.value.as_buf.len, 8, "and nothing is stored");
  memcpy(storage, "4A4", 3);
  value.value.as_buf.len = 3;
  expect_equal(scene_get(&scene, "/1000/0/1", NULL), 500, "a digit without its partner is 5.00");
  scene_close(&scene);
}

static void test_multiple_instances(void) {
  nbiot_instance_t instances[3];
  nbiot_mock_response_t response;
  scene_t scene;
  memset(instances, 0, sizeof instances);
  instances[0].id = 1;
  instances[1].id = 5;
  instances[2].id = 300;
  for (size_t index = 0; index < 3; index++) {
    instances[index].value = value_of(NBIOT_INTEGER, NBIOT_READABLE | NBIOT_WRITABLE);
    instances[index].value.value.as_int = (int64_t)index + 1;
  }
  start(&scene);
  expect_equal(nbiot_resource_add_multiple(scene.device, 1000, 0, 1, instances, 3), NBIOT_ERR_OK,
               "three instances are added");
  scene_register(&scene);
  expect_equal(scene_get(&scene, "/1000/0/1", &response), 205, "they are read together");
  expect_bytes(&response, "\x88\x01\x0A\x41\x01\x01\x41\x05\x02\x61\x01\x2C\x03", 13,
               "as one multiple resource");
  expect_equal(get_as(&scene, "/1000/0/1", 0, NULL), 406, "text cannot carry them");
  expect_equal(put_bytes(&scene, "/1000/0/1", 11542, "\x86\x01\x41\x05\x63\x41\x01\x09", 8), 204,
               "two of them are written");
  expect(instances[0].value.value.as_int == 9 && instances[1].value.value.as_int == 99 &&
             instances[2].value.value.as_int == 3,
         "each by its id");
  expect_equal(put_bytes(&scene, "/1000/0/1", 11542, "\x86\x01\x41\x01\x07\x41\x06\x07", 8), 404,
               "an unknown instance is 4.04");
  expect_equal(instances[0].value.value.as_int, 9, "and spoils the whole request");
  scene_close(&scene);
}

static void test_set_copies_under_the_lock(void) {
  char storage[4] = "##";
  nbiot_value_t text = buffer_of(NBIOT_STRING, storage, "", 4);
  nbiot_value_t number = value_of(NBIOT_INTEGER, NBIOT_READABLE);
  nbiot_value_t fresh = value_of(NBIOT_INTEGER, 0);
  scene_t scene;
  start(&scene);
  nbiot_resource_add(scene.device, 1000, 0, 1, &text);
  nbiot_resource_add(scene.device, 1000, 0, 2, &number);
  fresh.value.as_int = 12;
  expect_equal(nbiot_resource_set(scene.device, 1000, 0, 2, &fresh), NBIOT_ERR_OK, "set a number");
  expect_equal(number.value.as_int, 12, "it is in the application's value");
  expect_equal(number.flag, NBIOT_READABLE, "whose flags stay");
  fresh = value_of(NBIOT_STRING, 0);
  fresh.value.as_buf.val = "abcd";
  fresh.value.as_buf.len = 4;
  expect_equal(nbiot_resource_set(scene.device, 1000, 0, 1, &fresh), NBIOT_ERR_OK, "set a string");
  expect(text.value.as_buf.len == 4 && memcmp(storage, "abcd", 4) == 0, "its bytes are copied");
  expect(text.value.as_buf.val == storage, "into the storage");
  fresh.value.as_buf.val = "abcde";
  fresh.value.as_buf.len = 5;
  expect_equal(nbiot_resource_set(scene.device, 1000, 0, 1, &fresh), NBIOT_ERR_NO_MEMORY,
               "what is too long");
  expect(text.value.as_buf.len == 4, "changes nothing");
  scene_close(&scene);
}

int main(void) {
  test_integers();
  test_floats_and_booleans();
  test_strings_fill_their_storage_and_no_more();
  test_buffers_without_storage_cannot_be_written();
  test_opaque();
  test_hexadecimal_strings();
  test_multiple_instances();
  test_set_copies_under_the_lock();
  return check_summary();
}
