"""Turns what pydantic refused into words a reader of Chinese or English understands, without repeating the input."""

from collections.abc import Sequence
from typing import Any

from .problems import FieldError, Invalid, Words

CHINESE: dict[str, str] = {
    "missing": "必填",
    "extra_forbidden": "没有这个字段",
    "string_type": "应为文字",
    "string_too_short": "太短，至少 {min_length} 个字",
    "string_too_long": "太长，最多 {max_length} 个字",
    "string_pattern_mismatch": "格式不对，应符合 {pattern}",
    "int_type": "应为整数",
    "int_parsing": "应为整数",
    "int_from_float": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "finite_number": "应为有限的数字",
    "bool_type": "应为是或否",
    "bool_parsing": "应为是或否",
    "greater_than": "应大于 {gt}",
    "greater_than_equal": "应不小于 {ge}",
    "less_than": "应小于 {lt}",
    "less_than_equal": "应不大于 {le}",
    "literal_error": "只能是 {expected}",
    "enum": "只能是 {expected}",
    "uuid_parsing": "应为 UUID",
    "uuid_type": "应为 UUID",
    "date_type": "应为日期，如 2026-01-31",
    "date_parsing": "应为日期，如 2026-01-31",
    "date_from_datetime_parsing": "应为日期，如 2026-01-31",
    "datetime_type": "应为带时区的时间",
    "datetime_parsing": "应为带时区的时间，如 2026-01-31T09:00:00+08:00",
    "datetime_from_date_parsing": "应为带时区的时间，如 2026-01-31T09:00:00+08:00",
    "timezone_aware": "时间必须带时区",
    "list_type": "应为列表",
    "too_short": "至少 {min_length} 项",
    "too_long": "最多 {max_length} 项",
    "dict_type": "应为对象",
    "model_type": "应为对象",
    "model_attributes_type": "应为对象",
    "json_invalid": "不是有效的 JSON",
    "value_error": "不符合要求：{error}",
}


def invalid_fields(errors: Sequence[dict[str, Any]]) -> Invalid:
    return Invalid(errors=[FieldError(field_path(error["loc"]), reason(error)) for error in errors])


def field_path(location: Sequence[str | int]) -> str:
    return ".".join(str(part) for part in location)


def reason(error: dict[str, Any]) -> Words:
    template = CHINESE.get(error["type"], "不符合要求")
    context = {key: str(value) for key, value in (error.get("ctx") or {}).items()}
    try:
        chinese = template.format(**context)
    except KeyError:
        chinese = "不符合要求"
    return Words(chinese, str(error["msg"]))
