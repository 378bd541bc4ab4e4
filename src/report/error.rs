//! What can go wrong when an outcome is written? A file of its own: the room's one error type, used by every output.

use crate::model::Lang;
use std::io;
use std::path::{Path, PathBuf};

/// Why an output could not be written. Whatever stood there before is untouched.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The file system said no.
    #[error("{}: cannot {action}: {source}", path.display())]
    Io {
        /// What was being done, such as `write`.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// There is an output already.
    #[error("{}: exists already; --force replaces it", path.display())]
    Exists {
        /// Which.
        path: PathBuf,
    },
    /// The output folder holds something the program did not write.
    #[error("{}: holds what doorstep did not write ({}); it is left as it is: name another folder with -o, or move these out", path.display(), list(names))]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// File names, sorted.
        names: Vec<String>,
    },
    /// The output folder is something else.
    #[error("{}: is not a folder; name another one with -o", path.display())]
    NotAFolder {
        /// What it is called.
        path: PathBuf,
    },
    /// There is no folder for the file.
    #[error("{}: there is no such folder to write {} into; make it first, or name another place", folder.display(), file.display())]
    NoFolder {
        /// The folder.
        folder: PathBuf,
        /// Name of the file.
        file: PathBuf,
    },
    /// A folder stands where the file should be.
    #[error("{}: is a folder; name a file in it", path.display())]
    NotAFile {
        /// What it is called.
        path: PathBuf,
    },
    /// More rows than an Excel sheet has.
    #[error("sheet {sheet}: more than the {limit} rows of an Excel sheet; write the list as .csv instead")]
    TooManyRows {
        /// Name of the sheet.
        sheet: String,
        /// Rows an Excel sheet has.
        limit: u32,
    },
    /// A text longer than an Excel cell takes.
    #[error(
        "sheet {sheet}, row {row}, column {column}: {length} characters, but an Excel cell takes {limit}; shorten the text in the input or write .csv instead"
    )]
    TextTooLong {
        /// Name of the sheet.
        sheet: String,
        /// Row, the heading is 1.
        row: u32,
        /// Heading of the column.
        column: String,
        /// Characters of the text.
        length: usize,
        /// Characters an Excel cell takes.
        limit: usize,
    },
    /// The map could not be drawn.
    #[error(transparent)]
    Map(#[from] super::map::MapError),
    /// The data base could not be written.
    #[error("the GeoPackage cannot be written: {0}")]
    Database(String),
    /// The document could not be packed.
    #[error("the document cannot be written: {0}")]
    Document(String),
    /// The columns could not be written.
    #[error("the GeoParquet file cannot be written: {0}")]
    Columns(String),
    /// The workbook could not be written.
    #[error("the workbook cannot be written: {0}")]
    Workbook(String),
}

/// What could not be done, in Chinese.
fn failed(action: &str) -> &'static str {
    match action {
        "write" | "write beside" => "无法写入",
        "make" | "make a temporary folder in" => "无法在此新建文件夹",
        "replace" => "无法替换",
        "look at" | "look into" | "open" => "无法读取",
        "remove the replaced output in" => "无法删除旧的输出",
        _ => "操作失败",
    }
}

impl ReportError {
    /// In words.
    pub fn say(&self, lang: Lang) -> String {
        match (lang, self) {
            (_, Self::Map(e)) => e.say(lang),
            (Lang::En, _) => self.to_string(),
            (Lang::Zh, Self::Io { action, path, source }) => {
                format!("{}：{}：{source}", path.display(), failed(action))
            }
            (Lang::Zh, Self::Exists { path }) => format!("{}：已存在；加 --force 可替换", path.display()),
            (Lang::Zh, Self::Foreign { path, names }) => format!(
                "{}：其中有并非 doorstep 写出的文件（{}），未作改动；请用 -o 另指文件夹，或移走这些文件",
                path.display(),
                list(names)
            ),
            (Lang::Zh, Self::NotAFolder { path }) => format!("{}：不是文件夹；请用 -o 另指一个", path.display()),
            (Lang::Zh, Self::NoFolder { folder, file }) => {
                format!("{}：没有这个文件夹，{} 写不进去；请先新建，或另指位置", folder.display(), file.display())
            }
            (Lang::Zh, Self::NotAFile { path }) => format!("{}：是文件夹；请写明其中的文件名", path.display()),
            (Lang::Zh, Self::TooManyRows { sheet, limit }) => {
                format!("工作表 {sheet}：超过 Excel 的 {limit} 行；请改用 .csv")
            }
            (Lang::Zh, Self::TextTooLong { sheet, row, column, length, limit }) => format!(
                "工作表 {sheet} 第 {row} 行 {column} 列：{length} 个字符，Excel 单元格至多 {limit} 个；请缩短输入中的文字或改用 .csv"
            ),
            (Lang::Zh, Self::Database(why)) => format!("无法写出 GeoPackage：{why}"),
            (Lang::Zh, Self::Document(why)) => format!("无法写出文档：{why}"),
            (Lang::Zh, Self::Columns(why)) => format!("无法写出 GeoParquet：{why}"),
            (Lang::Zh, Self::Workbook(why)) => format!("无法写出工作簿：{why}"),
        }
    }

    /// Whether the command line asked for something that cannot be, rather than a run failing.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Exists { .. }
            | Self::Foreign { .. }
            | Self::NotAFolder { .. }
            | Self::NoFolder { .. }
            | Self::NotAFile { .. } => true,
            Self::Map(e) => e.is_usage(),
            _ => false,
        }
    }

    /// For `map_err`: what was being done to which path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// The first few names, and how many more there are.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        text.push_str(&format!(" and {} more", names.len() - SHOWN));
    }
    text
}
