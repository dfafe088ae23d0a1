"""Why a whole file cannot be read. Each code is one clear sentence for the person who chose the file."""

FILE_PROBLEMS: dict[str, tuple[str, str]] = {
    "file_empty": (
        "文件是空的，没有任何内容。",
        "The file is empty.",
    ),
    "file_truncated": (
        "文件不完整或已损坏（可能没有传完）。请重新导出或重新发送。",
        "The file is cut off or damaged. Please export or send it again.",
    ),
    "file_lock": (
        "这是表格程序打开文件时留下的临时锁文件（~$ 开头），不是表格。请选择同名的正式文件。",
        "This is the lock file a spreadsheet program leaves while a document is open (~$…). Choose the "
        "document itself.",
    ),
    "file_too_large": (
        "文件太大，或解压后过大，已拒绝读取。请拆分后再导入。",
        "The file is too large, or would be once unpacked. Please split it.",
    ),
    "encrypted": (
        "文件设有打开密码，无法读取。请先取消密码。",
        "The file is protected by a password. Please remove it first.",
    ),
    "macros": (
        "文件里有宏（程序），不接收。请另存为不带宏的 .xlsx 后再导入。",
        "The file holds macros, which are programs. Save it as .xlsx without macros and import that.",
    ),
    "unsafe_package": (
        "文件的内部结构不是表格程序会写出的，可能有害，已拒绝。请在表格程序里重新另存为 .xlsx。",
        "Inside, the file is built as no spreadsheet program builds one, and may do harm. Open it in one and save it anew "
        "as .xlsx.",
    ),
    "not_a_spreadsheet": (
        "文件内容不是表格（不论扩展名是什么）。可用格式：.xlsx、.xls、.csv。",
        "The content is not a spreadsheet, whatever its name says. Use .xlsx, .xls or .csv.",
    ),
}


class UnreadableFile(Exception):
    """Raised when nothing of a file can be used. `code` is a key of `FILE_PROBLEMS`."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.zh, self.en = FILE_PROBLEMS[code]
        super().__init__(code)
