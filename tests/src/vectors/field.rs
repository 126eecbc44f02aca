//! Field elements and Grumpkin points.

use protocol::codec::{Decode, Encode, FromFields, ToFields};
use protocol::field::{Fq, Fr, Point};
use serde_json::{Value, json};

use super::form::{Answer, Shape, arg, bytes, hex, member, ok, or};
use super::{Formula, many};

pub(super) const FORMULAS: &[Formula] = &[
    many("frFromString", |input| ok(or(arg::<String>(input)?.parse::<Fr>())?)),
    many("frFromBuffer", |input| ok(or(Fr::from_buffer(&bytes(input)?))?)),
    many("frFromBufferReduce", |input| ok(Fr::from_be_bytes_reduced(&bytes(input)?))),
    many("frSqrt", |input| {
        let root = arg::<Fr>(input)?.sqrt().ok_or("not a square")?;
        ok(if root.is_low() { root } else { -root })
    }),
    many("frAdd", |input| arg::<(Fr, Fr)>(input).and_then(|(a, b)| ok(a + b))),
    many("fqFromString", |input| ok(or(arg::<String>(input)?.parse::<Fq>())?)),
    many("fqFromBuffer", |input| ok(or(Fq::from_buffer(&bytes(input)?))?)),
    many("fqFromBufferReduce", |input| ok(Fq::from_be_bytes_reduced(&bytes(input)?))),
    many("fqSqrt", |input| {
        let root = arg::<Fq>(input)?.sqrt().ok_or("not a square")?;
        ok(if root.is_low() { root } else { -root })
    }),
    many("fqAdd", |input| arg::<(Fq, Fq)>(input).and_then(|(a, b)| ok(a + b))),
    many("frMul", |input| arg::<(Fr, Fr)>(input).and_then(|(a, b)| ok(a * b))),
    many("frSub", |input| arg::<(Fr, Fr)>(input).and_then(|(a, b)| ok(a - b))),
    many("frSquare", |input| ok(arg::<Fr>(input)?.square())),
    many("frDiv", |input| {
        let (a, b): (Fr, Fr) = arg(input)?;
        ok(a * b.inverse().ok_or("division by zero")?)
    }),
    many("frNegate", |input| ok(-arg::<Fr>(input)?)),
    many("frInverse", |input| ok(arg::<Fr>(input)?.inverse().ok_or("zero has no inverse")?)),
    many("frCmp", |input| arg::<(Fr, Fr)>(input).and_then(|(a, b)| ok(a.cmp(&b) as i8))),
    many("fqLimbs", |input| {
        let scalar: Fq = arg(input)?;
        let fields = scalar.to_fields();
        if Fq::from_fields(&fields) != Ok(scalar) {
            return Err("field form does not round-trip".to_owned());
        }
        Ok(json!({ "lo": scalar.lo(), "hi": scalar.hi(), "fields": fields }))
    }),
    many("fqFromHighLow", |input| arg::<(Fr, Fr)>(input).and_then(|(hi, lo)| ok(or(Fq::from_hi_lo(hi, lo))?))),
    many("pointToBuffer", |input| {
        let point = point(input)?;
        // The byte form has no place for the flag: such a point is never written.
        if point.is_infinite {
            Err("the point at infinity has no byte form".to_owned())
        } else {
            Ok(hex(point.to_buffer()))
        }
    }),
    many("pointFromBuffer", |input| shape(or(Point::from_buffer(&bytes(input)?))?)),
    many("pointToFields", |input| ok(point(input)?.to_fields())),
    many("pointFromFields", |input| shape(or(Point::from_fields(&arg::<Vec<Fr>>(input)?))?)),
    many("pointCompress", |input| Ok(hex(point(input)?.to_compressed()))),
    many("pointDecompress", |input| {
        let bytes = bytes(input)?.try_into().map_err(|_| "a compressed point has 32 bytes")?;
        shape(or(Point::from_compressed(&bytes))?)
    }),
    many("pointHash", |input| ok(point(input)?.hash())),
    many("pointIsOnCurve", |input| ok(point(input)?.is_on_curve())),
    many("pointFromXAndSign", |input| shape(or(Point::from_x_and_sign(member(input, "x")?, member(input, "sign")?))?)),
    many("grumpkinMul", |input| {
        let (point, scalar) = (point(&input["point"])?, member::<Fq>(input, "scalar")?);
        let product = or(point.mul(&scalar))?;
        if point == Point::generator() && product != Point::mul_generator(&scalar) {
            return Err("the generator has two products".to_owned());
        }
        shape(product)
    }),
    many("grumpkinAdd", |input| shape(or(point(&input[0])?.add(&point(&input[1])?))?)),
];

fn point(input: &Value) -> Result<Point, String> {
    arg::<Shape>(input).map(Point::from)
}

fn shape(point: Point) -> Answer {
    ok(Shape::from(point))
}
