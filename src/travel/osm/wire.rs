//! How are protobuf messages laid out? Fields, varints and packed lists over a slice of bytes.
//! A file of its own because everything above it is about OSM and nothing here is.

/// The bytes do not form a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Malformed;

/// Result of decoding.
pub type Decoded<T> = Result<T, Malformed>;

/// A value of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// A varint.
    Number(u64),
    /// Bytes, a text, a message or a packed list.
    Bytes(&'a [u8]),
    /// A fixed-width number, which no message here uses.
    Fixed,
}

impl<'a> Value<'a> {
    /// The bytes; malformed when it is a number.
    pub fn bytes(self) -> Decoded<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Ok(bytes),
            _ => Err(Malformed),
        }
    }

    /// The number; malformed when it is bytes.
    pub fn number(self) -> Decoded<u64> {
        match self {
            Self::Number(n) => Ok(n),
            _ => Err(Malformed),
        }
    }
}

/// A message, or a packed list, yet to be read.
#[derive(Debug, Clone, Copy)]
pub struct Wire<'a>(pub &'a [u8]);

impl<'a> Wire<'a> {
    /// The next varint.
    #[inline]
    pub fn varint(&mut self) -> Decoded<u64> {
        if let Some((&first, rest)) = self.0.split_first()
            && first < 0x80
        {
            self.0 = rest;
            return Ok(u64::from(first));
        }
        self.long_varint()
    }

    fn long_varint(&mut self) -> Decoded<u64> {
        let mut n = 0u64;
        for (i, &byte) in self.0.iter().enumerate().take(10) {
            n |= u64::from(byte & 0x7f) << (7 * i);
            if byte < 0x80 {
                self.0 = &self.0[i + 1..];
                return Ok(n);
            }
        }
        Err(Malformed)
    }

    /// The next zigzag varint.
    #[inline]
    pub fn signed(&mut self) -> Decoded<i64> {
        let n = self.varint()?;
        Ok((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn take(&mut self, length: usize) -> Decoded<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next field; `None` at the end of the message.
    pub fn field(&mut self) -> Decoded<Option<(u64, Value<'a>)>> {
        if self.0.is_empty() {
            return Ok(None);
        }
        let key = self.varint()?;
        let value = match key & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Fixed)?,
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| Malformed)?;
                Value::Bytes(self.take(length)?)
            }
            5 => self.take(4).map(|_| Value::Fixed)?,
            _ => return Err(Malformed),
        };
        Ok(Some((key >> 3, value)))
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_are_read_to_their_last_bit_and_never_beyond_the_slice() {
        let mut wire = Wire(&[0x00, 0x7f, 0xac, 0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
        assert_eq!([wire.varint(), wire.varint(), wire.varint()], [Ok(0), Ok(127), Ok(300)]);
        assert_eq!(wire.varint(), Ok(u64::MAX));
        assert_eq!(wire.varint(), Err(Malformed));
        assert_eq!(Wire(&[0xff; 20]).varint(), Err(Malformed));
        assert_eq!(Wire(&[0x80]).varint(), Err(Malformed));
    }

    #[test]
    fn a_field_longer_than_its_message_is_malformed() {
        assert_eq!(Wire(&[0x0a, 0x02, 1, 2]).field(), Ok(Some((1, Value::Bytes(&[1, 2])))));
        assert_eq!(Wire(&[0x0a, 0x03, 1, 2]).field(), Err(Malformed));
        assert_eq!(Wire(&[0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]).field(), Err(Malformed));
        assert_eq!(Wire(&[0x0b]).field(), Err(Malformed), "groups were never part of this format");
    }

    #[test]
    fn zigzag_numbers_alternate_in_sign() {
        let mut wire = Wire(&[0, 1, 2, 3]);
        let read: Vec<i64> = (0..4).map(|_| wire.signed().expect("four numbers")).collect();
        assert_eq!(read, [0, -1, 1, -2]);
    }
}
