import structPb from 'google-protobuf/google/protobuf/struct_pb.js'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * A protobuf Struct as plain data. ChirpStack sends null and NaN as a value of no kind, on which the library's own
 * conversion throws; here they are null.
 */
export function structToJson(struct: structPb.Struct): Record<string, Json> {
  const result: [string, Json][] = []
  struct.getFieldsMap().forEach((value, key) => {
    result.push([key, valueToJson(value)])
  })
  return Object.fromEntries(result)
}

function valueToJson(value: structPb.Value): Json {
  const { KindCase } = structPb.Value
  switch (value.getKindCase()) {
    case KindCase.NUMBER_VALUE:
      return Number.isFinite(value.getNumberValue()) ? value.getNumberValue() : null
    case KindCase.STRING_VALUE:
      return value.getStringValue()
    case KindCase.BOOL_VALUE:
      return value.getBoolValue()
    case KindCase.STRUCT_VALUE: {
      const struct = value.getStructValue()
      return struct ? structToJson(struct) : null
    }
    case KindCase.LIST_VALUE:
      return (value.getListValue()?.getValuesList() ?? []).map(valueToJson)
    default:
      return null
  }
}

/** Plain data as a protobuf Struct; null becomes a value of no kind, as ChirpStack sends it. */
export function jsonToStruct(json: { readonly [key: string]: Json }): structPb.Struct {
  const struct = new structPb.Struct()
  const fields = struct.getFieldsMap()
  for (const [key, value] of Object.entries(json)) fields.set(key, jsonToValue(value))
  return struct
}

function jsonToValue(json: Json): structPb.Value {
  const value = new structPb.Value()
  if (typeof json === 'number') value.setNumberValue(json)
  else if (typeof json === 'string') value.setStringValue(json)
  else if (typeof json === 'boolean') value.setBoolValue(json)
  else if (isList(json)) {
    const list = new structPb.ListValue()
    list.setValuesList(json.map(jsonToValue))
    value.setListValue(list)
  } else if (json !== null) value.setStructValue(jsonToStruct(json))
  return value
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json)
}
